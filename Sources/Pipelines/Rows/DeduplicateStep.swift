import Datasets
import Settings

/// pandas' `drop_duplicates`.
struct DeduplicateStep: RowStep {
  enum Kept: String, CaseIterable, Sendable { case first, last, none }

  static let name = "deduplicate"
  static let summary = "one row of those that are equal in some columns"
  static let hyperparameters: [Hyperparameter<DeduplicateStep>] = [
    .choice("keep", \.kept, "the first of equal rows, the last, or none")
  ]
  static let texts: [TextParameter<DeduplicateStep>] = [
    .list("columns", \.columns, "names or patterns of the columns that have to be equal; all where not given")
  ]

  var kept = Kept.first
  var columns: [String] = []

  func apply(to table: Table, _ context: RowContext) throws(PipelineError) -> Table {
    let chosen = columns.isEmpty ? table.columns : try table.columns(named: columns).map(\.column)
    let keys = RowKeys(chosen, rows: table.rowCount)
    switch kept {
    case .first: return table.rows(keys.firstRows)
    case .last:
      var last = [Int](repeating: 0, count: keys.count)
      for (row, number) in keys.numbers.enumerated() { last[number] = row }
      return table.rows(last.sorted())
    case .none:
      var counts = [Int](repeating: 0, count: keys.count)
      for number in keys.numbers { counts[number] += 1 }
      return table.rows(keys.numbers.indices.filter { counts[keys.numbers[$0]] == 1 })
    }
  }
}
