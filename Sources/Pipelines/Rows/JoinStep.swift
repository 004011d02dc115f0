import Datasets
import Settings

/// pandas' `merge`, but for missing keys, which equal nothing, as in SQL.
struct JoinStep: RowStep {
  enum How: String, CaseIterable, Sendable { case left, inner }

  static let name = "join"
  static let summary = "columns of another table, from its rows of the same key"
  static let hyperparameters: [Hyperparameter<JoinStep>] = [
    .choice("how", \.how, "left: keep rows without a partner, their new columns missing; inner: drop them")
  ]
  static let texts: [TextParameter<JoinStep>] = [
    .text("table", \.table, "the other table: a data set's name or a file's path"),
    .list("on", \.on, "the columns of the key, in both tables"),
    .text("suffix", \.suffix, "what the other table's columns get behind their names where both have one"),
  ]

  /// Rows that a join makes at most.
  private static let mostRows = Int(Int32.max)

  var how = How.left
  var table = ""
  var on: [String] = []
  var suffix = "_right"

  func apply(to left: Table, _ context: RowContext) throws(PipelineError) -> Table {
    let right = try context.open(table)
    for name in on where !right.names.contains(name) {
      var error = PipelineError.missingColumn(name, among: right.names)
      error.description += ", in the table '\(table)'"
      throw error
    }
    let keys = try keys(left, right)
    var partners: [Int: [Int]] = [:]
    for (row, key) in keys.dropFirst(left.rowCount).enumerated() where key >= 0 {
      partners[key, default: []].append(row)
    }
    let found = keys.prefix(left.rowCount).map { $0 < 0 ? [] : partners[$0] ?? [] }
    // In floating point, since it may be the product of two tables.
    let rows = found.reduce(0.0) { $0 + Double($1.isEmpty && how == .left ? 1 : $1.count) }
    if rows > Double(Self.mostRows) {
      throw PipelineError("the join makes more than \(Self.mostRows) rows: the key repeats in both tables")
    }
    try PipelineError.requireMemory(
      rows: Int(rows), columns: left.names.count + right.names.count, lower: "the key repeats in both tables")
    var (from, to): ([Int], [Int?]) = ([], [])
    for (row, found) in found.enumerated() {
      if found.isEmpty, how == .left {
        from.append(row)
        to.append(nil)
      }
      for partner in found {
        from.append(row)
        to.append(partner)
      }
    }
    var output = PipelineOutput(left.rows(from))
    let new = zip(right.names, right.columns).filter { !on.contains($0.0) }.map { name, column in
      (name: left.names.contains(name) ? name + suffix : name, column: column.taken(to))
    }
    try output.append(new)
    return output.table
  }

  /// Numbers of the keys of the left rows, then of the right ones.
  private func keys(_ left: Table, _ right: Table) throws(PipelineError) -> [Int] {
    var columns: [Column] = []
    let mine = try left.columns(named: on), others = try right.columns(named: on)
    for (a, b) in zip(mine, others) {
      guard let both = a.column.followed(by: b.column) else {
        throw PipelineError(
          "the key '\(a.name)' is of kind \(a.column.kind.rawValue) here and \(b.column.kind.rawValue) in '\(table)'")
      }
      columns.append(both)
    }
    return RowKeys(columns, rows: left.rowCount + right.rowCount, skipsMissing: true).numbers
  }

  func check() throws(PipelineError) {
    if table.isEmpty || on.isEmpty {
      throw PipelineError(
        "it takes a table and the columns of the key, as {table: shops.csv, on: [shop]}", status: .badUsage)
    }
  }
}

extension Column {
  /// The values of two columns one after the other; nil where their kinds do not go together.
  fileprivate func followed(by other: Column) -> Column? {
    func joined(_ a: Words, _ b: Words) -> Column {
      let offset = Int32(a.levels.count)
      return .categories(Words(levels: a.levels + b.levels, codes: a.codes + b.codes.map { $0 < 0 ? -1 : $0 + offset }))
    }
    switch (self, other) {
    case (.numbers(let a), .numbers(let b)): return .numbers(a + b)
    case (.dates(let a), .dates(let b)): return .dates(a + b)
    case (.categories(let a), .categories(let b)), (.categories(let a), .texts(let b)),
      (.texts(let a), .categories(let b)), (.texts(let a), .texts(let b)):
      return joined(a, b)
    case (.missing(let count), _):
      return other.taken([Int?](repeating: nil, count: count) + (0..<other.count).map { $0 })
    case (_, .missing(let count)): return taken((0..<self.count).map { $0 } + [Int?](repeating: nil, count: count))
    default: return nil
    }
  }
}
