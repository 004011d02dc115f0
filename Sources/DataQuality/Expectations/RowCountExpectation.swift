import Formats

package struct RowCountExpectation: Expectation {
  package static let name = "row-count"
  package static let summary = "the number of rows lies between bounds"
  package enum CodingKeys: String, CodingKey, CaseIterable { case least, most }

  package let least: Int?
  package let most: Int?
  package var neededColumns: [String] { [] }

  package func problem(in data: CheckedTable) -> String? {
    least == nil && most == nil ? "it needs the least or the most number of rows" : nil
  }

  package func failures(in data: CheckedTable) -> [ExpectationFailure] {
    let count = data.table.rowCount
    var sentence: String?
    if let least, count < least { sentence = "\(rowsText(count)), fewer than \(grouped(least))" }
    if let most, count > most { sentence = "\(rowsText(count)), more than \(grouped(most))" }
    return sentence.map { [ExpectationFailure(Self.self, column: nil, rows: [], of: count, $0)] } ?? []
  }
}
