import Foundation

/// Keys under which spellings of the same thing collide, as OpenRefine's clustering has them.
enum CategoryKey {
  /// Lower-case ASCII words without punctuation, each once, in alphabetical order.
  static func fingerprint(_ text: String) -> String {
    Set(folded(text).split(whereSeparator: { !$0.isLetter && !$0.isNumber })).sorted().joined(separator: " ")
  }

  /// The different pairs of letters in alphabetical order, so that spaces and hyphens count for nothing; empty where the text is
  /// too short to tell.
  static func bigrams(_ text: String) -> String {
    let letters = folded(text).filter { $0.isLetter || $0.isNumber }
    guard letters.count >= 5 else { return "" }
    return Set(zip(letters, letters.dropFirst()).map { "\($0)\($1)" }).sorted().joined()
  }

  /// In lower case and without marks on letters.
  static func folded(_ text: String) -> String {
    if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.lowercased() }
    return text.folding(options: [.diacriticInsensitive, .caseInsensitive], locale: nil).replacing("ß", with: "ss")
  }

  /// Insertions, deletions, substitutions, and neighbours that have changed places (optimal string alignment; Damerau 1964);
  /// nil where there are more than `most`.
  static func editDistance(_ a: [Character], _ b: [Character], most: Int) -> Int? {
    if abs(a.count - b.count) > most { return nil }
    var (beforeLast, last) = ([Int](), Array(0...b.count))
    for i in a.indices {
      var row = [i + 1]
      row.reserveCapacity(b.count + 1)
      for j in b.indices {
        var distance = min(row[j] + 1, last[j + 1] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { distance = min(distance, beforeLast[j - 1] + 1) }
        row.append(distance)
      }
      if row.min()! > most { return nil }
      (beforeLast, last) = (last, row)
    }
    return last[b.count] <= most ? last[b.count] : nil
  }
}
