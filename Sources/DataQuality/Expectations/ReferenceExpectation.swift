import Datasets
import Formats
import Settings

package struct ReferenceExpectation: Expectation {
  package static let name = "reference"
  package static let summary = "values are in a column of another table"
  package enum CodingKeys: String, CodingKey, CaseIterable { case column, table, key }

  package let column: String
  /// The name of the other table.
  package let table: String
  /// The column there; by default one with the same name.
  package let key: String?
  package var neededColumns: [String] { [column] }

  package func problem(in data: CheckedTable) -> String? {
    data.problem(ofReference: table, column: key ?? column)
  }

  package func failures(in data: CheckedTable) -> [ExpectationFailure] {
    guard let found = data.column(column), let other = data.reference(table, key ?? column) else { return [] }
    let known = Set((0..<other.count).lazy.compactMap { other.text($0) })
    let rows = found.rows { known.contains($0) }
    if rows.isEmpty { return [] }
    return [
      ExpectationFailure(
        Self.self, column: column, rows: rows,
        "\(rowsText(rows.count, "has", "have")) a value that is not in \(quoted(key ?? column)) of \(quoted(table))",
        evidence: found.examples(rows))
    ]
  }
}

extension CheckedTable {
  /// Why there is no such column of a table that was given besides this one; nil where there is.
  func problem(ofReference name: String, column: String) -> String? {
    guard let other = options.references[name] else {
      let guess = didYouMean(name, among: options.references.keys.sorted())
      return "there is no table \(quoted(name)) beside this one\(guess ?? "")"
    }
    if other.names.contains(column) { return nil }
    return "the table \(quoted(name)) has no column \(quoted(column))\(didYouMean(column, among: other.names) ?? "")"
  }

  func reference(_ name: String, _ column: String) -> CheckedColumn? {
    guard let other = options.references[name], let place = other.names.firstIndex(of: column) else { return nil }
    return CheckedColumn(column, other.columns[place])
  }
}

extension CheckedColumn {
  /// A number as it is written, a date as ISO 8601 has it.
  func spelledExactly(_ value: Double) -> String {
    meaning == .dates ? SpelledValue.isoDate(value) : shortest(value)
  }
}
