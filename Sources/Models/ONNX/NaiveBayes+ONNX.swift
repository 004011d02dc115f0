import Foundation
import ONNX

extension NaiveBayesModel: ONNXModel {
  package func outputs(of features: ONNXFeatures, in graph: ONNXGraph) -> ONNXValue {
    var logits: ONNXValue?
    for (column, values) in zip(columns, features.columns) {
      let own: ONNXValue
      switch (column, values) {
      case (.numbers(let normal), .numbers(let numbers)): own = normal.logDensities(of: numbers, in: graph)
      case (.counts(let counts), .numbers(let numbers)): own = counts.logProbabilities(of: numbers, in: graph)
      case (.codes(let categorical), .codes(let codes, _)): own = categorical.logShares(of: codes, in: graph)
      default: preconditionFailure("a column of numbers was fitted and one of categories is given, or the reverse")
      }
      logits =
        logits.map { graph.add("Add", $0, own) }
        ?? graph.add("Add", graph.constant(ONNXTensor(shares.map { log($0) })), own)
    }
    return graph.cast(graph.softmax(logits!), to: .float32)
  }
}

extension NaiveBayesModel.Normal {
  /// `[n]` → `[n, classes]`; 0 where a number is missing.
  fileprivate func logDensities(of numbers: ONNXValue, in graph: ONNXGraph) -> ONNXValue {
    let distances = graph.add("Sub", graph.unsqueeze(numbers, axis: 1), graph.constant(ONNXTensor(means)))
    let squares = graph.add(
      "Div", graph.add("Mul", distances, distances), graph.constant(ONNXTensor(variances)))
    let sums = graph.add("Add", graph.constant(ONNXTensor(variances.map { log(2 * .pi * $0) })), squares)
    return graph.presentOrZero(graph.add("Mul", graph.constant(-0.5), sums))
  }
}

extension NaiveBayesModel.Categorical {
  /// `[n]` → `[n, classes]`; 0 where a value is missing.
  fileprivate func logShares(of codes: ONNXValue, in graph: ONNXGraph) -> ONNXValue {
    let (classes, levels) = (logShares.count, logShares.first?.count ?? 0)
    var table = [Double](repeating: 0, count: (levels + 1) * classes)
    for index in 0..<classes { for level in 0..<levels { table[level * classes + index] = logShares[index][level] } }
    return graph.rows(codes, of: ONNXTensor(table, shape: [levels + 1, classes]))
  }
}

extension NaiveBayesModel.Counts {
  /// `[n]` → `[n, classes]`; 0 where a number is missing.
  fileprivate func logProbabilities(of numbers: ONNXValue, in graph: ONNXGraph) -> ONNXValue {
    let (column, zero) = (graph.unsqueeze(numbers, axis: 1), graph.constant(0.0))
    let present = graph.constant(ONNXTensor(present))
    let said: ONNXValue
    if let absent {
      said = graph.add("Where", graph.add("Greater", column, zero), present, graph.constant(ONNXTensor(absent)))
    } else {
      said = graph.add("Where", graph.add("Equal", column, zero), zero, graph.add("Mul", column, present))
    }
    return graph.add("Where", graph.add("IsNaN", column), zero, said)
  }
}
