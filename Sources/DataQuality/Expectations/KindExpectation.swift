import Datasets

package struct KindExpectation: Expectation {
  package static let name = "kind"
  package static let summary = "the values are numbers, dates, categories or texts"
  package enum CodingKeys: String, CodingKey, CaseIterable { case column, kind = "is" }

  package enum Kind: String, Codable, Sendable { case number, date, category, text }

  package let column: String
  package let kind: Kind
  package var neededColumns: [String] { [column] }

  package func problem(in data: CheckedTable) -> String? { nil }

  package func failures(in data: CheckedTable) -> [ExpectationFailure] {
    guard let found = data.column(column) else { return [] }
    func fails(_ rows: [Int], of whole: Int? = nil) -> [ExpectationFailure] {
      let count = whole ?? rows.count
      return [
        ExpectationFailure(
          Self.self, column: column, rows: rows, of: whole, "\(rowsText(count, "holds", "hold")) no \(kind.rawValue)",
          evidence: found.examples(rows))
      ]
    }
    switch kind {
    case .number, .date:
      guard let words = found.words else {
        let isFine = found.meaning == .nothing || (found.meaning == .dates) == (kind == .date)
        return isFine ? [] : fails([], of: found.count)
      }
      let odd = found.counts.indices.filter { level in
        if found.counts[level] == 0 { return false }
        let text = SpelledText(words.level(level))
        return !text.isMark && (kind == .number ? text.number == nil : text.date == nil)
      }
      return odd.isEmpty ? [] : fails(found.rows(of: odd))
    case .category: return found.meaning == .texts ? fails([], of: found.count) : []
    // Whatever there is can be read as a text.
    case .text: return found.words == nil && found.meaning != .nothing ? fails([], of: found.count) : []
    }
  }
}
