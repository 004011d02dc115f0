import Datasets

/// Rows go: those that are listed, and those without a value in a column.
package struct DropRows: Repair {
  package static let name = "drop-rows"
  package static let summary = "drop rows: those listed, and those without a value in a column"
  package static let stage = RepairStage.dropRows
  package enum CodingKeys: String, CodingKey, CaseIterable { case rows, missing }

  /// Indices of the table that the plan is applied to.
  package let rows: [Int]?
  /// A column.
  package let missing: String?
  package var neededColumns: [String] { missing.map { [$0] } ?? [] }

  package init(rows: [Int]? = nil, missing: String? = nil) { (self.rows, self.missing) = (rows, missing) }

  package func apply(to state: inout CleaningState) -> RepairOutcome {
    guard rows != nil || missing != nil else {
      return .impossible("it needs rows or a column in which values are missing")
    }
    var dropped = Set(state.places(of: rows ?? []))
    if let missing { dropped.formUnion(Set(0..<state.table.rowCount).subtracting(state.column(missing).rowsWithValue)) }
    state.keep((0..<state.table.rowCount).filter { !dropped.contains($0) })
    return .changed(dropped.count)
  }
}
