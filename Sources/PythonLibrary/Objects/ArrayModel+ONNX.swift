import Models
import ONNX

extension ArrayModel {
  /// `X [n, d]`, doubles → `label` and `probabilities` where there are `classes`, `prediction`, or the columns that the model
  /// makes. Throws `ONNXError` for a model that ONNX does not express.
  func onnx(classes: ONNXTensor?) throws -> [UInt8] {
    guard let model = model as? any ONNXModel else {
      throw ONNXError("the model '\(name)' has no form in ONNX: export one of rlrun's own models")
    }
    if let classes, classes.shape != [outputs] {
      throw LibraryError("the model has \(outputs) outputs, not \(classes.shape[0]) classes")
    }
    let graph = ONNXGraph(name)
    graph.metadata = [("rlrun.model", name)]
    let x = graph.input("X", .float64, [model.features])
    let features: ONNXFeatures =
      switch form {
      case .columns: .columns((0..<model.features).map { .numbers(graph.column($0, of: x)) })
      case .scaled: .scaled(graph.cast(scaling.scaled(x, in: graph), to: .float32))
      case .sparse: .sparse(scaling.scaled(x, in: graph))
      }
    graph.addOutputs(try model.outputs(of: features, in: graph), of: model, labels: classes)
    return try graph.model()
  }
}

extension ArrayModel.Scaling {
  /// A value that is not finite is at the mean.
  fileprivate func scaled(_ x: ONNXValue, in graph: ONNXGraph) -> ONNXValue {
    let isFinite = graph.add("LessOrEqual", graph.add("Abs", x), graph.constant(Double.greatestFiniteMagnitude))
    let distances = graph.add("Sub", x, graph.constant(ONNXTensor(means)))
    let scaled = graph.add("Div", distances, graph.constant(ONNXTensor(deviations)))
    return graph.add("Where", isFinite, scaled, graph.constant(0.0))
  }
}
