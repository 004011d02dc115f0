import Datasets
import Formats

/// Looks at columns of running text. A word that the dictionary does not know is misspelled where it is rare and a known one
/// is near; what is frequent is a word of the trade. A column of which the dictionary does not know every seventh word is in
/// another language.
package enum SpellingCheck: DataCheck {
  package static let name = "spelling"
  package static let summary = "misspelled words of running text, by the system's Hunspell dictionary"

  private static let mostRows = 0.005
  private static let leastTokens = 3.0

  package static func look(at data: CheckedTable) -> CheckOutcome {
    let columns = data.columns.filter { $0.meaning == .texts && isRunningText($0) }
    if columns.isEmpty { return .issues([]) }
    guard let dictionary = SpellingDictionary(data.options.dictionary) else {
      return .skipped("there is no dictionary \(quoted(data.options.dictionary + ".dic", 80)); install hunspell-en-us")
    }
    return .issues(columns.compactMap { issue($0, dictionary) })
  }

  private static func isRunningText(_ column: CheckedColumn) -> Bool {
    guard let words = column.words else { return false }
    let used = column.counts.indices.filter { column.counts[$0] > 0 }
    let sample = stride(from: 0, to: used.count, by: max(1, used.count / 500)).map { words.level(used[$0]) }
    let tokens = sample.reduce(0) { $0 + TextWords.words($1).count }
    return Double(tokens) >= leastTokens * Double(sample.count)
  }

  private static func issue(_ column: CheckedColumn, _ dictionary: SpellingDictionary) -> DataIssue? {
    guard let words = column.words else { return nil }
    var levels: [String: [Int]] = [:]
    var rows: [String: Int] = [:]
    for level in column.counts.indices where column.counts[level] > 0 {
      for word in Set(TextWords.words(words.level(level))) {
        levels[word, default: []].append(level)
        rows[word, default: 0] += column.counts[level]
      }
    }
    let unknown = rows.keys.filter { !dictionary.knows($0) }
    guard !unknown.isEmpty, 7 * unknown.count <= rows.count + 14 else { return nil }
    let most = max(3, Int(mostRows * Double(words.codes.count)))
    var corrections: [String: String] = [:]
    for word in unknown where rows[word]! <= most {
      // Of those that are near the one that the column has most often, else the likeliest.
      let near = dictionary.suggestions(for: word).prefix(8).filter {
        CategoryKey.editDistance(Array($0), Array(word), most: 2) != nil && $0.allSatisfy(\.isLetter)
      }
      let usual = near.filter { rows[$0] != nil }.max { (rows[$0]!, $1) < (rows[$1]!, $0) }
      if let right = usual ?? near.first { corrections[word] = right }
    }
    if corrections.isEmpty { return nil }
    let found = corrections.keys.sorted { (rows[$1]!, $0) < (rows[$0]!, $1) }
    let places = column.rows(of: Set(found.flatMap { levels[$0]! }))
    return DataIssue(
      self, column: column.name, rows: places,
      "probably misspelled in \(rowsText(places.count)): \(listed(found))",
      evidence: found.map { "\($0) → \(corrections[$0]!) (\(rowsText(rows[$0]!)))" },
      repairs: [ReplaceWords(column: column.name, words: corrections)])
  }
}
