import Datasets

/// Texts become dates, however they are written. Those that are none become missing.
package struct ParseDates: Repair {
  package static let name = "parse-dates"
  package static let summary = "read texts as dates, however they are written"
  package static let stage = RepairStage.parse
  package enum CodingKeys: String, CodingKey, CaseIterable { case column, order }

  package let column: String
  /// `dmy` or `mdy`, for dates that can be read either way; by default whichever reads most of the column.
  package let order: DateOrder?
  package var neededColumns: [String] { [column] }

  package init(column: String, order: DateOrder? = nil) { (self.column, self.order) = (column, order) }

  package func apply(to state: inout CleaningState) -> RepairOutcome {
    let before = state.column(column)
    if case .dates = before { return .changed(0) }
    guard let words = before.words else { return .impossible("the column \(quoted(column)) holds no text") }
    let order = order ?? CheckedColumn.usualOrder(words)
    return state.parse(column, words, "date", { SpelledValue.date($0)?.seconds(order) }) { .dates($0) }
  }
}
