import Datasets

/// Text that was UTF-8 read as Windows-1252 becomes what it was, and control characters go.
package struct Redecode: Repair {
  package static let name = "redecode"
  package static let summary = "decode UTF-8 that was read as Windows-1252, and drop control characters"
  package static let stage = RepairStage.decode
  package enum CodingKeys: String, CodingKey, CaseIterable { case column }

  package let column: String
  package var neededColumns: [String] { [column] }

  package func apply(to state: inout CleaningState) -> RepairOutcome {
    let before = state.column(column)
    guard let words = before.words else { return .impossible("the column \(quoted(column)) holds no text") }
    let (mended, changed) = words.mapped { Mojibake.withoutControls(Mojibake.decoded($0) ?? $0) }
    state.replace(column, before.with(mended))
    return .changed(changed)
  }
}
