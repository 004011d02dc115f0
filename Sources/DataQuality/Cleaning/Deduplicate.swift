import Datasets

/// Of rows that are equal the first is kept.
package struct Deduplicate: Repair {
  package static let name = "deduplicate"
  package static let summary = "keep the first of equal rows, in all columns or some"
  package static let stage = RepairStage.dropRows
  package enum CodingKeys: String, CodingKey, CaseIterable { case columns }

  /// Those that have to be equal; all by default.
  package let columns: [String]?
  package var neededColumns: [String] { columns ?? [] }

  package init(columns: [String]? = nil) { self.columns = columns }

  package func apply(to state: inout CleaningState) -> RepairOutcome {
    let compared = columns.map { kept in state.table.dropping(state.table.names.filter { !kept.contains($0) }) }
    let table = compared ?? state.table
    guard table.columns.contains(where: \.hasValues) else {
      return .impossible("no column has values that could be compared")
    }
    let first = RowDuplicates(table).first
    state.keep(first.indices.filter { Int(first[$0]) == $0 })
    return .changed(first.count - state.rows.count)
  }
}
