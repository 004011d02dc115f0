import Datasets
import Formats

/// A table on its way through the steps of a pipeline: dense columns, and sparse ones where steps made such. The steps of a
/// ``FittedPipeline`` change it one after another, and at the end it is the pipeline's result.
///
/// ```swift
/// import Datasets
///
/// let pipeline = try Pipeline(yaml: "steps:\n- standard\n")
/// let table = Table([("width", .numbers([1, 2, 3]))])
/// let output = try pipeline.fit(table, seed: 1).transform(table)
/// print(output.table.names, output.rowCount)  // ["width"] 3
/// ```
public struct PipelineOutput: Hashable, Sendable {
  public private(set) var table: Table
  package private(set) var sparse: SparseColumns?

  public init(_ table: Table) { self.table = table }

  public var rowCount: Int { table.rowCount }

  /// The columns of these names. Throws where one is not there.
  package func columns(_ names: [String]) throws(PipelineError) -> [Column] {
    // One name is found sooner than all are sorted.
    if names.count < 8 {
      var found: [Column] = []
      for name in names {
        guard let place = table.names.firstIndex(of: name) else {
          throw .missingColumn(name, among: table.names)
        }
        found.append(table.columns[place])
      }
      return found
    }
    let places = places
    var found: [Column] = []
    found.reserveCapacity(names.count)
    for name in names {
      guard let place = places[name] else { throw .missingColumn(name, among: table.names) }
      found.append(table.columns[place])
    }
    return found
  }

  /// The numbers of these columns, NaN where a value is missing. Throws where a column is not there or has another kind.
  package func numbers(of names: [String]) throws(PipelineError) -> [[Double]] {
    var result: [[Double]] = []
    for (name, column) in zip(names, try columns(names)) {
      switch column {
      case .numbers(let values): result.append(values)
      case .missing(let count): result.append([Double](repeating: .nan, count: count))
      default: throw Self.wrongKind(name, column, "numbers")
      }
    }
    return result
  }

  /// The seconds since 1970 of these columns of dates.
  func dates(of names: [String]) throws(PipelineError) -> [[Double]] {
    var result: [[Double]] = []
    for (name, column) in zip(names, try columns(names)) {
      switch column {
      case .dates(let values): result.append(values)
      case .missing(let count): result.append([Double](repeating: .nan, count: count))
      default: throw Self.wrongKind(name, column, "dates")
      }
    }
    return result
  }

  /// The words of these columns; numbers count as their shortest spelling.
  package func words(of names: [String]) throws(PipelineError) -> [Words] {
    var result: [Words] = []
    for (name, column) in zip(names, try columns(names)) {
      switch column {
      case .categories(let words), .texts(let words): result.append(words)
      case .numbers(let values): result.append(Words(spelling: values))
      case .missing(let count):
        result.append(Words(levels: [], codes: [Int32](repeating: -1, count: count)))
      default: throw Self.wrongKind(name, column, "categories")
      }
    }
    return result
  }

  private static func wrongKind(_ name: String, _ column: Column, _ expected: String) -> PipelineError {
    PipelineError("the column '\(name)' is of kind \(column.kind.rawValue), and this step takes \(expected)")
  }

  private var places: [String: Int] {
    Dictionary(uniqueKeysWithValues: zip(table.names, table.names.indices))
  }

  // MARK: Changing

  /// Puts new columns in the place of old ones, for each any number.
  ///
  /// Throws where an old column is not there or two would have one name; traps where a new one differs in length.
  package mutating func replace(
    _ replaced: [String], by new: [[(name: String, column: Column)]]
  ) throws(PipelineError) {
    let places = places
    var byPlace: [Int: [(name: String, column: Column)]] = [:]
    for (name, columns) in zip(replaced, new) {
      guard let place = places[name] else { throw .missingColumn(name, among: table.names) }
      byPlace[place] = columns
    }
    var (names, columns): ([String], [Column]) = ([], [])
    for (place, name) in table.names.enumerated() {
      if let new = byPlace[place] {
        names += new.map(\.name)
        columns += new.map(\.column)
      } else {
        names.append(name)
        columns.append(table.columns[place])
      }
    }
    try set(names, columns)
  }

  /// Puts numbers in the place of the columns of these names.
  func replacing(_ names: [String], by numbers: [[Double]]) throws(PipelineError) -> PipelineOutput {
    var result = self
    try result.replace(names, by: zip(names, numbers).map { [($0, .numbers($1))] })
    return result
  }

  /// Appends columns. Throws where a name is taken; traps where one differs in length.
  package mutating func append(_ new: [(name: String, column: Column)]) throws(PipelineError) {
    try set(table.names + new.map(\.name), table.columns + new.map(\.column))
  }

  /// Appends sparse columns. Throws where there would be more than 2³¹; traps where the rows differ.
  package mutating func append(_ block: SparseColumns) throws(PipelineError) {
    precondition(block.matrix.rows == rowCount, "\(block.matrix.rows) sparse rows beside \(rowCount)")
    guard let present = sparse else {
      sparse = block
      return
    }
    if present.names.count + block.names.count > Int(Int32.max) {
      throw PipelineError("there are more than \(Int32.max) sparse columns: lower n_features")
    }
    sparse = SparseColumns(names: present.names + block.names, matrix: present.matrix.beside(block.matrix))
  }

  mutating func drop(_ names: [String]) throws(PipelineError) {
    try replace(names, by: names.map { _ in [] })
  }

  private mutating func set(_ names: [String], _ columns: [Column]) throws(PipelineError) {
    var seen: Set<String> = []
    for name in names where !seen.insert(name).inserted {
      throw PipelineError("there would be two columns '\(name)': rename one", status: .badUsage)
    }
    // A table keeps its rows when the last of its columns goes.
    table = Table(
      names: names, columns: columns, lines: table.lines, spellings: table.spellings.filter { seen.contains($0.key) })
  }

  // MARK: Whole

  /// The table with its sparse columns as they are, for a model that takes such.
  package var withSparse: Table { sparse.map { table.with($0) } ?? table }

  /// All sparse columns as dense ones behind the others. Throws where they would take more than `limit` bytes.
  public func dense(limit: Double) throws(PipelineError) -> Table {
    guard let sparse else { return table }
    let (rows, width) = (rowCount, sparse.names.count)
    guard let elements = sparse.matrix.dense(limit: limit) else {
      throw PipelineError(
        "\(rows) rows of \(width) sparse columns do not fit into \(Int(min(1e18, max(0, limit)))) bytes as dense ones")
    }
    var output = PipelineOutput(table)
    try output.append(
      (0..<width).map { column in
        (sparse.names[column], .numbers((0..<rows).map { elements[$0 * width + column] }))
      })
    return output.table
  }
}

extension Words {
  /// Numbers as words.
  init(spelling values: [Double]) {
    var (codes, levels, places) = ([Int32](), [String](), [UInt64: Int32]())
    codes.reserveCapacity(values.count)
    for value in values {
      if value.isNaN {
        codes.append(-1)
        continue
      }
      let value = value == 0 ? 0 : value
      if let code = places[value.bitPattern] {
        codes.append(code)
      } else {
        places[value.bitPattern] = Int32(levels.count)
        codes.append(Int32(levels.count))
        levels.append(shortest(value))
      }
    }
    self.init(levels: levels, codes: codes)
  }
}
