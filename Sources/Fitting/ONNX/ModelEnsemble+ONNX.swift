import Models
import ONNX
import Pipelines

extension ModelEnsemble {
  /// What the members say together, as `outputs(of:)`: `[n, outputs]`, single precision.
  func outputs(of table: ONNXTable, in graph: ONNXGraph) throws(ONNXError) -> ONNXValue {
    if first.preprocessing.target?.quantiles != nil {
      throw ONNXError("a model of quantiles has no form in ONNX yet: export one of another task")
    }
    if !hasSeveral { return try first.outputs(of: table, in: graph) }
    let areClasses = first.preprocessing.target?.classes != nil
    var sum: ONNXValue?
    if case .stacked(let biases) = pooling { sum = graph.constant(ONNXTensor(biases)) }
    for member in members {
      var said = graph.cast(try member.model.outputs(of: table, in: graph), to: .float64)
      if pooling != .mean, areClasses {
        said = graph.add("Log", graph.add("Max", said, graph.constant(Pooling.least)))
      }
      let weighted = graph.add("Mul", said, graph.constant(member.weight))
      sum = sum.map { graph.add("Add", $0, weighted) } ?? weighted
    }
    let pooled = pooling != .mean && areClasses ? graph.softmax(sum!) : sum!
    return graph.cast(pooled, to: .float32)
  }
}

extension TableModel {
  /// `[n, outputs]`
  fileprivate func outputs(of table: ONNXTable, in graph: ONNXGraph) throws(ONNXError) -> ONNXValue {
    guard let model = model as? any ONNXModel else {
      throw ONNXError("the model '\(name)' has no form in ONNX: export one of rlrun's own models")
    }
    var prepared = table
    try preparation?.pipeline.transform(&prepared, in: graph)
    return try model.outputs(of: preprocessing.features(of: prepared, in: graph), in: graph)
  }
}
