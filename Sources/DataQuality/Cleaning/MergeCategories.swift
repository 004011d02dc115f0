import Datasets

/// Several spellings become one.
package struct MergeCategories: Repair {
  package static let name = "merge-categories"
  package static let summary = "make one category of several spellings"
  package static let stage = RepairStage.spell
  package enum CodingKeys: String, CodingKey, CaseIterable { case column, into }

  package let column: String
  /// The category, and what else is it.
  package let into: [String: [String]]
  package var neededColumns: [String] { [column] }

  package func apply(to state: inout CleaningState) -> RepairOutcome {
    let before = state.column(column)
    guard let words = before.words else { return .impossible("the column \(quoted(column)) holds no categories") }
    var table: [String: String] = [:]
    for (category, spellings) in into.sorted(by: { $0.key < $1.key }) {
      for spelling in spellings where table.updateValue(category, forKey: spelling) != nil {
        return .impossible("\(quoted(spelling)) of the column \(quoted(column)) is to become two categories")
      }
    }
    let (merged, changed) = words.mapped { table[$0] ?? $0 }
    state.replace(column, before.with(merged))
    return .changed(changed)
  }
}
