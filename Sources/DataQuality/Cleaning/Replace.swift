import Datasets

/// Each value that is listed becomes another one.
package struct Replace: Repair {
  package static let name = "replace"
  package static let summary = "replace values by others"
  package static let stage = RepairStage.spell
  package enum CodingKeys: String, CodingKey, CaseIterable { case column, values }

  package let column: String
  /// The old values and the new ones.
  package let values: [String: String]
  package var neededColumns: [String] { [column] }

  package func apply(to state: inout CleaningState) -> RepairOutcome {
    let before = state.column(column)
    if let words = before.words {
      let (replaced, changed) = words.mapped { values[$0] ?? $0 }
      state.replace(column, before.with(replaced))
      return .changed(changed)
    }
    guard case .numbers(let numbers) = before else {
      return .impossible("the column \(quoted(column)) holds neither words nor numbers")
    }
    var table: [Double: Double] = [:]
    for (old, new) in values.sorted(by: { $0.key < $1.key }) {
      guard let from = SpelledValue.number(old), let to = SpelledValue.number(new) else {
        return .impossible("\(quoted(old)) → \(quoted(new)) are no numbers, which the column \(quoted(column)) holds")
      }
      table[from] = to
    }
    let replaced = numbers.map { table[$0] ?? $0 }
    state.replace(column, .numbers(replaced))
    return .changed(zip(numbers, replaced).count { $0 != $1 && !$0.isNaN })
  }
}
