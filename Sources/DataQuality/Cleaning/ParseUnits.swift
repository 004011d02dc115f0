import Datasets

/// Texts such as `5 kg` become numbers in one unit; those without a unit are in it already. What is in a unit of something else
/// becomes missing.
package struct ParseUnits: Repair {
  package static let name = "parse-units"
  package static let summary = "read texts as numbers with units, and convert them to one unit"
  package static let stage = RepairStage.parse
  package enum CodingKeys: String, CodingKey, CaseIterable { case column, to }

  package let column: String
  package let to: String
  package var neededColumns: [String] { [column] }

  package func apply(to state: inout CleaningState) -> RepairOutcome {
    guard UnitScale.factor(to) != nil else { return .impossible("\(quoted(to)) is no unit that is known") }
    let before = state.column(column)
    if case .numbers = before { return .changed(0) }
    guard let words = before.words else { return .impossible("the column \(quoted(column)) holds no text") }
    let outcome = state.parse(column, words, "number with a unit", value) { .numbers($0) }
    guard case .changed = outcome else { return outcome }
    // Values in the unit already are not changed.
    let counts = words.levelCounts
    return .changed(
      counts.indices.reduce(0) { sum, level in
        let measure = counts[level] > 0 ? Measure(words.level(level)) : nil
        return sum + (measure?.unit == to ? 0 : counts[level])
      })
  }

  private func value(_ text: String) -> Double? {
    if let measure = Measure(text) { return UnitScale.converted(measure.value, from: measure.unit, to: to) }
    return SpelledText.number(text)
  }
}
