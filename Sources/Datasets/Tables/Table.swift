/// Rows of typed columns with distinct names. Fits and predictions take tables; a `DataFile` has the one of a CSV file, and
/// rows that a program has in memory become one like this:
///
/// ```swift
/// let table = Table([
///   ("length", .numbers([5.1, 6.3])), ("species", .categories(Words(levels: ["setosa", "virginica"], codes: [0, 1]))),
/// ])
/// print(table.rowCount, table.names)  // 2 ["length", "species"]
/// print(table.dropping(["species"]).rows([1]).columns)  // [Datasets.Column.numbers([6.3])]
/// ```
public struct Table: Hashable, Sendable {
  public let names: [String]
  public let columns: [Column]
  /// The line (counted from 1) at which each row begins in its file, or its place in a table made here.
  public let lines: [Int]
  /// How the numbers of a column are written, row by row, where that was kept because they may be classes.
  package let spellings: [String: Words]
  /// Further columns, of which a row has few values: those that steps of a pipeline made.
  package let sparse: SparseColumns?

  /// Columns of equal length. Traps where names repeat or lengths differ.
  public init(_ columns: [(name: String, column: Column)]) {
    let count = columns.first?.column.count ?? 0
    self.init(names: columns.map(\.name), columns: columns.map(\.column), lines: Array(1..<count + 1))
  }

  package init(
    names: [String], columns: [Column], lines: [Int], spellings: [String: Words] = [:], sparse: SparseColumns? = nil
  ) {
    precondition(Set(names).count == names.count, "two columns have the same name, of \(names)")
    precondition(columns.allSatisfy { $0.count == lines.count }, "the columns differ in length")
    self.names = names
    self.columns = columns
    self.lines = lines
    self.spellings = spellings
    precondition(sparse == nil || sparse?.matrix.rows == lines.count, "the sparse columns have another number of rows")
    self.sparse = sparse
  }

  public var rowCount: Int { lines.count }

  /// Throws `missingColumn`.
  public func column(_ name: String) throws(DatasetError) -> Column {
    guard let index = names.firstIndex(of: name) else { throw .missingColumn(name, present: names) }
    return columns[index]
  }

  /// The columns' kinds, to read other data with so that a column means what it means here; but for those without values.
  public var kinds: [String: ColumnKind] {
    Dictionary(uniqueKeysWithValues: zip(names, columns.map(\.kind))).filter { $0.value != .missing }
  }

  /// The table without these columns; a name that is not there does nothing.
  public func dropping(_ dropped: [String]) -> Table {
    let kept = names.indices.filter { !dropped.contains(names[$0]) }
    return Table(
      names: kept.map { names[$0] }, columns: kept.map { columns[$0] }, lines: lines, spellings: spellings,
      sparse: sparse)
  }

  /// The table with these sparse columns. Traps where they have another number of rows.
  package func with(_ sparse: SparseColumns) -> Table {
    Table(names: names, columns: columns, lines: lines, spellings: spellings, sparse: sparse)
  }

  /// These rows, in this order. Traps where there is no such row.
  public func rows(_ indices: [Int]) -> Table {
    Table(
      names: names, columns: columns.map { $0.rows(indices) }, lines: indices.map { lines[$0] },
      spellings: spellings.mapValues { $0.rows(indices) },
      sparse: sparse.map { SparseColumns(names: $0.names, matrix: $0.matrix.rows(indices)) })
  }
}
