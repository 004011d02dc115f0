import Datasets
import Settings

struct SortStep: RowStep {
  static let name = "sort"
  static let summary = "rows by the values of columns, missing ones last"
  static let hyperparameters: [Hyperparameter<SortStep>] = [
    .flag("ascending", \.isAscending, "from small to large")
  ]
  static let texts: [TextParameter<SortStep>] = [
    .list("by", \.by, "columns, the first to decide first; equal rows stay in their order")
  ]

  var isAscending = true
  var by: [String] = []

  func apply(to table: Table, _ context: RowContext) throws(PipelineError) -> Table {
    let columns = try table.columns(named: by).map(\.column)
    return table.rows(Column.order(columns, rows: table.rowCount, isDescending: !isAscending))
  }

  func check() throws(PipelineError) {
    if by.isEmpty { throw PipelineError("name columns to sort by, as 'by: [date]'", status: .badUsage) }
  }
}
