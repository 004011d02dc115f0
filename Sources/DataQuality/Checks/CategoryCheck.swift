import Datasets

/// Levels whose fingerprints or pairs of letters are equal are one; so are a rare one and a frequent one that differ by a slip
/// of the fingers. The most frequent spelling is taken for the right one.
package enum CategoryCheck: DataCheck {
  package static let name = "categories"
  package static let summary = "categories spelled in several ways: 'Untied States', 'germany', 'desk-lamp'"

  /// A misspelled level is so many times rarer than the right one.
  private static let rarity = 10

  package static func look(at data: CheckedTable) -> CheckOutcome {
    .issues(data.columns.filter { $0.meaning == .categories }.flatMap(issues))
  }

  private static func issues(_ column: CheckedColumn) -> [DataIssue] {
    guard let words = column.words else { return [] }
    let marks = Set(column.marks)
    let used = column.counts.indices.filter { column.counts[$0] > 0 && !marks.contains($0) }
    // The most frequent first: each finds the right one among those before it.
    let levels = used.sorted { (column.counts[$1], $0) < (column.counts[$0], $1) }
    let texts = levels.map { words.level($0) }
    let lowered = texts.map { Array($0.lowercased()) }
    var right: [Int: Int] = [:]
    var (fingerprints, bigrams): ([String: Int], [String: Int]) = ([:], [:])
    for place in levels.indices {
      let (fingerprint, pairs) = (CategoryKey.fingerprint(texts[place]), CategoryKey.bigrams(texts[place]))
      let isTelling = fingerprint.count { $0.isLetter } >= 3
      if isTelling, let same = fingerprints[fingerprint] ?? (pairs.isEmpty ? nil : bigrams[pairs]) {
        right[place] = right[same] ?? same
      } else if let near = nearest(place, levels, texts, lowered, column.counts) {
        right[place] = right[near] ?? near
      }
      if fingerprints[fingerprint] == nil { fingerprints[fingerprint] = place }
      if !pairs.isEmpty, bigrams[pairs] == nil { bigrams[pairs] = place }
    }
    return Dictionary(grouping: right.keys.sorted(), by: { right[$0]! }).sorted { $0.key < $1.key }.map {
      main, others in
      let rows = column.rows(of: others.map { levels[$0] })
      let count = column.counts[levels[main]]
      return DataIssue(
        self, column: column.name, rows: rows,
        "\(listed(others.map { texts[$0] })) in \(rowsText(rows.count)): "
          + "probably \(quoted(texts[main])), which has \(rowsText(count))",
        evidence: others.map { "\(quoted(texts[$0])) \(column.counts[levels[$0]]) → \(quoted(texts[main])) \(count)" },
        repairs: [MergeCategories(column: column.name, into: [texts[main]: others.map { texts[$0] }])])
    }
  }

  /// The nearest of the levels that are much more frequent, at one slip, or at two where the word is long.
  private static func nearest(
    _ place: Int, _ levels: [Int], _ texts: [String], _ lowered: [[Character]], _ counts: [Int]
  ) -> Int? {
    let (word, count) = (lowered[place], counts[levels[place]])
    guard word.count >= 4 else { return nil }
    let digits = word.filter(\.isNumber)
    var best: (place: Int, distance: Int)?
    for other in 0..<place {
      // The later ones are not frequent enough either.
      if counts[levels[other]] < rarity * count { break }
      let candidate = lowered[other]
      let shorter = min(word.count, candidate.count)
      let most = min(shorter >= 9 ? 2 : 1, (best?.distance ?? .max) - 1)
      guard most > 0, max(word.count, candidate.count) >= 5, candidate.filter(\.isNumber) == digits,
        let distance = CategoryKey.editDistance(word, candidate, most: most)
      else { continue }
      best = (other, distance)
    }
    return best?.place
  }
}
