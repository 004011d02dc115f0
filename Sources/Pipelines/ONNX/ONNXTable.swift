import Datasets
import ONNX

/// The columns of a table in a graph, on their way through the steps of a pipeline. Each is a value `[n]`.
package struct ONNXTable {
  package enum Column {
    /// Doubles, NaN where a value is missing.
    case numbers(ONNXValue)
    /// Seconds since 1970, the same.
    case dates(ONNXValue)
    /// Words, the empty one where a value is missing.
    case words(ONNXValue)
  }

  package private(set) var names: [String]
  private var columns: [String: Column]

  package init(_ columns: [(name: String, column: Column)]) {
    names = columns.map(\.name)
    self.columns = Dictionary(uniqueKeysWithValues: columns.map { ($0.name, $0.column) })
  }

  /// Inputs of a graph, called as these columns. Throws for a kind that has no type in ONNX.
  package init(inputs: [(name: String, kind: ColumnKind)], of graph: ONNXGraph) throws(ONNXError) {
    var columns: [(name: String, column: Column)] = []
    for (name, kind) in inputs {
      switch kind {
      case .number, .missing: columns.append((name, .numbers(graph.input(name, .float64))))
      case .date: columns.append((name, .dates(graph.input(name, .float64))))
      case .category, .text: columns.append((name, .words(graph.input(name, .string))))
      case .id, .ignored:
        throw ONNXError("the column '\(name)' is of kind \(kind.rawValue), which no model is made of")
      }
    }
    self.init(columns)
  }

  /// Throws where there is no such column.
  package func column(_ name: String) throws(ONNXError) -> Column {
    guard let column = columns[name] else { throw ONNXError("there is no column '\(name)'") }
    return column
  }

  package func numbers(_ name: String) throws(ONNXError) -> ONNXValue {
    guard case .numbers(let value) = try column(name) else { throw Self.wrongKind(name, "numbers") }
    return value
  }

  package func dates(_ name: String) throws(ONNXError) -> ONNXValue {
    guard case .dates(let value) = try column(name) else { throw Self.wrongKind(name, "dates") }
    return value
  }

  package func words(_ name: String) throws(ONNXError) -> ONNXValue {
    guard case .words(let value) = try column(name) else { throw Self.wrongKind(name, "words") }
    return value
  }

  private static func wrongKind(_ name: String, _ expected: String) -> ONNXError {
    ONNXError("the column '\(name)' would have to be read as \(expected), which ONNX's operators do not do")
  }

  mutating func replace(_ name: String, by new: [(name: String, column: Column)]) {
    guard let place = names.firstIndex(of: name) else { return }
    columns[name] = nil
    names.replaceSubrange(place...place, with: new.map(\.name))
    for (name, column) in new { columns[name] = column }
  }

  mutating func append(_ name: String, _ column: Column) {
    names.append(name)
    columns[name] = column
  }
}

/// A fitted step that ONNX's operators express.
protocol ONNXStep: FittedStep {
  /// Changes the columns as `transform` does.
  func transform(_ table: inout ONNXTable, in graph: ONNXGraph) throws(ONNXError)
}

extension FittedPipeline {
  /// Adds every step to a graph. Throws where one has no form there.
  package func transform(_ table: inout ONNXTable, in graph: ONNXGraph) throws(ONNXError) {
    for (place, step) in steps.enumerated() {
      let subject = "step \(place + 1) of the pipeline (\(step.name))"
      guard let fitted = step.fitted as? any ONNXStep else {
        throw ONNXError(
          "\(subject) has no form in ONNX: predict with rlrun, or fit a model to a table that 'data prepare' has prepared"
        )
      }
      do throws(ONNXError) { try fitted.transform(&table, in: graph) } catch {
        throw ONNXError("\(subject): \(error.description)")
      }
    }
  }
}
