import Datasets
import Formats
import Models
import ONNX
import Pipelines
import Runs
import Tracker
import Validation

extension Predictor {
  /// The model of a run's last checkpoint as an ONNX model.
  ///
  /// Throws where there is no such model, and `ONNXError` for one that ONNX does not express.
  package static func onnx(of run: String, in store: Store) throws -> [UInt8] {
    try Predictor(of: run, in: store).onnx(metadata: [("rlrun.run", run)])
  }

  /// An input for each column → `label` and `probabilities`, or `prediction`, or the columns that the model makes. The pipeline,
  /// the encoding of columns and the calibration are in the graph. Throws `ONNXError`.
  package func onnx(metadata: [(key: String, value: String)] = []) throws -> [UInt8] {
    let graph = ONNXGraph(name)
    let kinds = inputs.map { (name: $0, kind: kind(of: $0)) }
    let table = try ONNXTable(inputs: kinds, of: graph)
    var outputs = try ensemble.outputs(of: table, in: graph)
    if let calibration = support?.calibration { outputs = calibration.applied(to: outputs, in: graph) }
    graph.metadata = metadata + [("rlrun.model", name)]
    let described = Dictionary(uniqueKeysWithValues: kinds.map { ($0.name, $0.kind.rawValue) })
    graph.metadata.append(("rlrun.inputs", try JSONForm.exact.text(described)))
    if let target = preprocessing.target { graph.metadata.append(("rlrun.target", target.column)) }
    guard let classes = preprocessing.target?.classes else {
      graph.addOutputs(outputs, of: model)
      return try graph.model()
    }
    graph.metadata.append(("rlrun.classes", try JSONForm.exact.text(classes)))
    graph.addOutputs(
      outputs, of: model, labels: ONNXTensor(classes), best: support?.decision?.places(outputs, classes, in: graph))
    return try graph.model()
  }

  /// What a column was read as when the first model that needs it was fitted.
  private func kind(of column: String) -> ColumnKind {
    for model in ensemble.members.map(\.model) {
      if let preparation = model.preparation {
        if let kind = preparation.kinds[column] { return kind }
      } else if let kind = model.preprocessing.kinds[column] {
        return kind
      }
    }
    return .missing
  }
}

extension CostDecision {
  /// The index of the class of each row of probabilities: `[n]`.
  fileprivate func places(_ probabilities: ONNXValue, _ classes: [String], in graph: ONNXGraph) -> ONNXValue {
    let own = classes.firstIndex(of: positive) ?? 1
    let probability = graph.cast(graph.column(own, of: probabilities), to: .float64)
    let isPositive = graph.add("GreaterOrEqual", probability, graph.constant(threshold))
    return graph.add("Where", isPositive, graph.constant([own]), graph.constant([1 - own]))
  }
}
