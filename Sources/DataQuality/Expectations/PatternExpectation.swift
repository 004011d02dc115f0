import Datasets

/// Swift's regular expressions, which have to match whole values.
package struct PatternExpectation: Expectation {
  package static let name = "pattern"
  package static let summary = "values match a regular expression as a whole"
  package enum CodingKeys: String, CodingKey, CaseIterable { case column, matches }

  package let column: String
  package let matches: String
  package var neededColumns: [String] { [column] }

  package init(column: String, matches: String) { (self.column, self.matches) = (column, matches) }

  package func problem(in data: CheckedTable) -> String? {
    if (try? Regex(matches)) == nil { return "\(quoted(matches)) is no regular expression" }
    if data.column(column)?.column.hasValues == false, data.column(column)?.column.kind != .missing {
      return "the column \(quoted(column)) was left out when the table was read"
    }
    return nil
  }

  package func failures(in data: CheckedTable) -> [ExpectationFailure] {
    guard let found = data.column(column), let pattern = try? Regex(matches) else { return [] }
    let rows = found.rows { (try? pattern.wholeMatch(in: $0)) != nil }
    if rows.isEmpty { return [] }
    return [
      ExpectationFailure(
        Self.self, column: column, rows: rows, "\(rowsText(rows.count, "does", "do")) not match \(quoted(matches))",
        evidence: found.examples(rows))
    ]
  }
}
