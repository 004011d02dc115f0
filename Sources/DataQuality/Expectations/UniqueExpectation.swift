import Datasets
import Formats

package struct UniqueExpectation: Expectation {
  package static let name = "unique"
  package static let summary = "no two rows have the same value, or the same values in several columns"
  package enum CodingKeys: String, CodingKey, CaseIterable { case columns }

  package let columns: [String]
  package var neededColumns: [String] { columns }

  package init(columns: [String]) { self.columns = columns }

  package func problem(in data: CheckedTable) -> String? { columns.isEmpty ? "it needs a column" : nil }

  package func failures(in data: CheckedTable) -> [ExpectationFailure] {
    let compared = data.table.dropping(data.table.names.filter { !columns.contains($0) })
    guard compared.columns.contains(where: \.hasValues) else { return [] }
    let first = RowDuplicates(compared).first
    // Rows without any value are not equal to each other.
    var isThere = [Bool](repeating: false, count: data.table.rowCount)
    for column in compared.columns { for row in column.rowsWithValue { isThere[row] = true } }
    var members: [Int32: Int] = [:]
    for row in first.indices where isThere[row] { members[first[row], default: 0] += 1 }
    let rows = first.indices.filter { isThere[$0] && members[first[$0]]! > 1 }
    if rows.isEmpty { return [] }
    let twice = members.values.count { $0 > 1 }
    let examples = columns.count == 1 ? data.column(columns[0])?.examples(rows) ?? [] : []
    return [
      ExpectationFailure(
        Self.self, column: columns.count == 1 ? columns[0] : nil, rows: rows,
        "\(rowsText(rows.count, "shares", "share")) \(grouped(twice)) value\(twice == 1 ? "" : "s") of "
          + columns.map { quoted($0) }.joined(separator: ", "), evidence: examples)
    ]
  }
}
