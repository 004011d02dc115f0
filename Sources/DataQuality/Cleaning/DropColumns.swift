/// Columns go.
package struct DropColumns: Repair {
  package static let name = "drop-columns"
  package static let summary = "drop columns"
  package static let stage = RepairStage.dropColumns
  package enum CodingKeys: String, CodingKey, CaseIterable { case columns }

  package let columns: [String]
  package var neededColumns: [String] { columns }

  package func apply(to state: inout CleaningState) -> RepairOutcome {
    if Set(columns).count == state.table.names.count { return .impossible("no column would be left") }
    state.table = state.table.dropping(columns)
    return .changed(Set(columns).count)
  }
}
