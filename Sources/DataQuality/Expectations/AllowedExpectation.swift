import Datasets

package struct AllowedExpectation: Expectation {
  package static let name = "allowed"
  package static let summary = "values are among those listed"
  package enum CodingKeys: String, CodingKey, CaseIterable { case column, values }

  package let column: String
  package let values: [String]
  package var neededColumns: [String] { [column] }

  package init(column: String, values: [String]) { (self.column, self.values) = (column, values) }

  package func problem(in data: CheckedTable) -> String? { values.isEmpty ? "it needs values" : nil }

  package func failures(in data: CheckedTable) -> [ExpectationFailure] {
    guard let found = data.column(column) else { return [] }
    let (texts, numbers) = (Set(values), Set(values.compactMap { SpelledValue.number($0) }))
    let rows = found.rows { text in
      texts.contains(text)
        || (found.meaning == .numbers && SpelledValue.number(text).map { numbers.contains($0) } == true)
    }
    if rows.isEmpty { return [] }
    return [
      ExpectationFailure(
        Self.self, column: column, rows: rows, "\(rowsText(rows.count, "has", "have")) none of the allowed values",
        evidence: found.examples(rows))
    ]
  }
}
