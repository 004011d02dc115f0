import Datasets
import Formats

package struct MissingShareExpectation: Expectation {
  package static let name = "missing-share"
  package static let summary = "at most a share of the rows has no value"
  package enum CodingKeys: String, CodingKey, CaseIterable { case column, most }

  package let column: String
  /// From 0 to 1.
  package let most: Double
  package var neededColumns: [String] { [column] }

  package init(column: String, most: Double) { (self.column, self.most) = (column, most) }

  package func problem(in data: CheckedTable) -> String? {
    (0...1).contains(most) ? nil : "the share is a number from 0 to 1"
  }

  package func failures(in data: CheckedTable) -> [ExpectationFailure] {
    guard let found = data.column(column), found.count > 0 else { return [] }
    let rows = found.missingRows
    let share = Double(rows.count) / Double(found.count)
    if share <= most { return [] }
    return [
      ExpectationFailure(
        Self.self, column: column, rows: rows,
        "\(rounded(100 * share)) % of the rows have no value, more than \(rounded(100 * most)) %")
    ]
  }
}
