import Datasets
import Formats

package struct FreshExpectation: Expectation {
  package static let name = "fresh"
  package static let summary = "the newest date is at most so many days before a given one"
  package enum CodingKeys: String, CodingKey, CaseIterable { case column, days, at }

  package let column: String
  package let days: Double
  /// The date to count from, as ISO 8601 has it.
  package let at: Bound
  package var neededColumns: [String] { [column] }

  package func problem(in data: CheckedTable) -> String? {
    if !(days >= 0) { return "days is a number of at least 0" }
    if at.date == nil { return "\(quoted(at.text)) is no date as 2024-12-31" }
    guard let found = data.column(column), found.meaning != .nothing else { return nil }
    return found.meaning == .dates ? nil : "the column \(quoted(column)) holds no dates"
  }

  package func failures(in data: CheckedTable) -> [ExpectationFailure] {
    guard let found = data.column(column), let at = at.date else { return [] }
    guard let newest = found.values.lazy.filter({ !$0.isNaN }).max() else {
      return [ExpectationFailure(Self.self, column: column, rows: [], of: found.count, "there is no date")]
    }
    let age = (at - newest) / 86_400
    if age <= days { return [] }
    return [
      ExpectationFailure(
        Self.self, column: column, rows: [], of: found.count,
        "the newest date is \(SpelledValue.isoDate(newest)), \(rounded(age)) days before \(self.at.text), "
          + "more than \(rounded(days))")
    ]
  }
}
