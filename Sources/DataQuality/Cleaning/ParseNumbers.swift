import Datasets

/// Texts become numbers, however they are written: with thousands separators, a decimal comma, a currency. Those that are none
/// become missing.
package struct ParseNumbers: Repair {
  package static let name = "parse-numbers"
  package static let summary = "read texts as numbers, however they are written"
  package static let stage = RepairStage.parse
  package enum CodingKeys: String, CodingKey, CaseIterable { case column, decimal }

  package let column: String
  /// The mark that is meant where a value can be read with either; a point unless this says otherwise.
  package let decimal: DecimalMark?
  package var neededColumns: [String] { [column] }

  package init(column: String, decimal: DecimalMark? = nil) { (self.column, self.decimal) = (column, decimal) }

  package func apply(to state: inout CleaningState) -> RepairOutcome {
    let before = state.column(column)
    if case .numbers = before { return .changed(0) }
    guard let words = before.words else { return .impossible("the column \(quoted(column)) holds no text") }
    return state.parse(column, words, "number", number) { .numbers($0) }
  }

  private func number(_ text: String) -> Double? {
    if decimal == .comma, let spelled = SpelledValue.spelledNumber(text) { return spelled.comma ?? spelled.point }
    return SpelledText.number(text)
  }
}

extension CleaningState {
  /// A column of numbers or dates from words; counts the rows whose value is not written as a plain number or an ISO date.
  mutating func parse(
    _ name: String, _ words: Words, _ noun: String, _ value: (String) -> Double?, _ column: ([Double]) -> Column
  ) -> RepairOutcome {
    let counts = words.levelCounts
    let values = (0..<words.levelCount).map { counts[$0] == 0 ? nil : value(words.level($0)) }
    if counts.contains(where: { $0 > 0 }), values.allSatisfy({ $0 == nil }) {
      return .impossible("no value of the column \(quoted(name)) is a \(noun)")
    }
    let changed = counts.indices.reduce(0) { sum, level in
      guard counts[level] > 0 else { return sum }
      let form = SpelledText(words.level(level)).form
      return sum + (values[level] != nil && (form == .plain || form == .isoDate) ? 0 : counts[level])
    }
    replace(name, column(words.codes.map { $0 < 0 ? .nan : values[Int($0)] ?? .nan }))
    return .changed(changed)
  }
}
