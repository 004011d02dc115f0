import Datasets
import Models
import ONNX
import Pipelines

extension Preprocessing {
  /// The features of the rows of a table in a graph. Throws for a column that is not there or of another kind.
  func features(of table: ONNXTable, in graph: ONNXGraph) throws(ONNXError) -> ONNXFeatures {
    if sparse != nil { throw ONNXError("the pipeline makes sparse columns, which ONNX's operators do not take") }
    switch form {
    case .scaled: return .scaled(try scaled(table, in: graph))
    case .sparse: return .sparse(graph.cast(try scaled(table, in: graph), to: .float64))
    case .columns:
      var result: [ONNXColumn] = []
      for column in columns { result += try plain(column, table, in: graph) }
      return .columns(result)
    }
  }

  // MARK: Scaled

  private func scaled(_ table: ONNXTable, in graph: ONNXGraph) throws(ONNXError) -> ONNXValue {
    var (parts, pending) = ([ONNXValue](), PendingNumbers())
    for column in columns {
      switch column.encoding {
      case .number(let mean, let deviation):
        pending.add(try table.numbers(column.name), mean, deviation)
      case .date(let mean, let deviation):
        pending.add(try table.dates(column.name), mean, deviation)
      case .calendar(let mean, let deviation, let dateParts):
        let seconds = try table.dates(column.name)
        pending.add(seconds, mean, deviation)
        pending.flush(to: &parts, in: graph)
        let isMissing = graph.unsqueeze(graph.add("IsNaN", seconds), axis: 1)
        for part in dateParts {
          let features = graph.features(part, of: graph.presentOrZero(seconds))
          parts.append(
            graph.cast(graph.add("Where", isMissing, graph.constant(0.0), features), to: .float32))
        }
      case .oneHot(let levels):
        pending.flush(to: &parts, in: graph)
        let codes = graph.unsqueeze(try self.codes(column.name, levels, table, in: graph), axis: 1)
        parts.append(graph.cast(graph.add("Equal", codes, graph.constant(Array(0..<levels.count))), to: .float32))
      case .plainNumber, .plainDate, .code:
        preconditionFailure("the column '\(column.name)' is encoded as it is, and the features are scaled")
      }
    }
    pending.flush(to: &parts, in: graph)
    return graph.concat(parts, axis: 1)
  }

  /// The place of each row's level; the number of levels where a value is missing or new.
  private func codes(
    _ name: String, _ levels: [String], _ table: ONNXTable, in graph: ONNXGraph
  ) throws(ONNXError) -> ONNXValue {
    let (words, none) = (try table.words(name), levels.count)
    guard unseenCategories == .refused else {
      return graph.places(of: words, among: levels, missing: none, unknown: none)
    }
    // A place that the table lacks ends the prediction.
    return graph.rows(
      graph.places(of: words, among: levels, missing: none, unknown: none + 1), of: ONNXTensor(Array(0...none)),
      refusal: "the column '\(name)' has a category that no training row had")
  }

  // MARK: Columns as they are

  private func plain(
    _ column: EncodedColumn, _ table: ONNXTable, in graph: ONNXGraph
  ) throws(ONNXError) -> [ONNXColumn] {
    switch column.encoding {
    case .plainNumber: return [.numbers(try table.numbers(column.name))]
    case .plainDate(let parts):
      let seconds = try table.dates(column.name)
      return [.numbers(seconds)] + parts.map { graph.column($0, of: seconds) }
    case .code(let levels):
      return [.codes(try codes(column.name, levels, table, in: graph), levels: levels.count)]
    case .number, .date, .calendar, .oneHot:
      preconditionFailure("the column '\(column.name)' is scaled, and the features are as they are")
    }
  }
}

/// Numbers side by side that are scaled in one go: less the mean, divided by the deviation, a missing one at the mean.
private struct PendingNumbers {
  private var values: [ONNXValue] = []
  private var means: [Double] = []
  private var deviations: [Double] = []

  mutating func add(_ value: ONNXValue, _ mean: Double, _ deviation: Double) {
    values.append(value)
    means.append(mean)
    deviations.append(deviation)
  }

  mutating func flush(to parts: inout [ONNXValue], in graph: ONNXGraph) {
    if values.isEmpty { return }
    let distances = graph.add("Sub", graph.columns(values), graph.constant(ONNXTensor(means)))
    let scaled = graph.add("Div", distances, graph.constant(ONNXTensor(deviations)))
    parts.append(graph.cast(graph.presentOrZero(scaled), to: .float32))
    self = PendingNumbers()
  }
}
