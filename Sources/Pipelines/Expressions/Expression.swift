import Datasets

/// An expression of columns: it has no loops, so it always ends, and is evaluated a column at a time. Docs/PIPELINES.md has its
/// grammar.
struct Expression: Sendable {
  /// The longest one, in characters, and the deepest.
  static let mostCharacters = 4_096
  static let mostDepth = 200

  let source: String
  /// The columns that it names.
  let columns: Set<String>
  var type: ExpressionType { root.type }
  private let root: ExpressionNode

  /// Reads an expression of columns of these types. Throws with the place for bad grammar, unknown names and types that do
  /// not fit.
  init(_ source: String, _ types: [String: ExpressionType]) throws(PipelineError) {
    do throws(ExpressionError) {
      self.source = source
      if source.count > Self.mostCharacters {
        throw ExpressionError(
          reason: "an expression ends after at most \(Self.mostCharacters) characters", position: Self.mostCharacters,
          expression: source)
      }
      var parser = ExpressionParser(source, try ExpressionLexer.tokens(source), types)
      root = try parser.whole()
      columns = parser.columns
    } catch { throw PipelineError(error) }
  }

  /// One value for each row of a table. Throws where a column is not there or has another type than was said, and where
  /// texts grow too long.
  func evaluate(on table: Table) throws(PipelineError) -> ExpressionVector {
    let present = table.expressionTypes
    for name in columns.sorted() where present[name] == nil {
      throw .missingColumn(name, among: table.names)
    }
    do throws(ExpressionError) {
      return try evaluate(root, table).typed(type).expanded(table.rowCount)
    } catch { throw PipelineError(error) }
  }

  private func evaluate(_ node: ExpressionNode, _ table: Table) throws(ExpressionError) -> ExpressionVector {
    switch node.kind {
    case .constant(let vector): return vector
    case .column(let name):
      guard let column = try? table.column(name) else { return .missing }
      return try vector(of: column, node)
    case .call(let function, let arguments):
      var vectors: [ExpressionVector] = []
      for argument in arguments { vectors.append(try evaluate(argument, table)) }
      return try function.evaluate(
        .init(arguments: vectors, type: node.type, rows: table.rowCount, position: node.position, source: source))
    }
  }

  private func vector(of column: Column, _ node: ExpressionNode) throws(ExpressionError) -> ExpressionVector {
    switch (column, node.type) {
    case (.numbers(let values), .number): return ExpressionVector(values, .number)
    case (.dates(let values), .date): return ExpressionVector(values, .date)
    case (.categories(let words), .text), (.texts(let words), .text):
      return ExpressionVector(levels: words.levels, codes: words.codes)
    // A column without any value.
    case _ where column.missingCount == column.count:
      let count = column.count
      if node.type == .text { return ExpressionVector(levels: [], codes: [Int32](repeating: -1, count: count)) }
      return ExpressionVector([Double](repeating: .nan, count: count), node.type)
    default:
      throw ExpressionError(
        reason: "the column holds values of kind \(column.kind.rawValue), and \(node.type.plural) were expected",
        position: node.position, expression: source)
    }
  }
}

/// A part of an expression, with its type.
struct ExpressionNode: Sendable {
  indirect enum Kind: Sendable {
    case constant(ExpressionVector)
    case column(String)
    case call(ExpressionFunction, [ExpressionNode])
  }
  var kind: Kind
  var type: ExpressionType
  var position: Int
  var depth = 1
}
