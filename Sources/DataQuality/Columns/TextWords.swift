/// The words of running text that a dictionary can judge: four or more lower-case letters between spaces and punctuation; not
/// names, numbers, addresses and abbreviations.
enum TextWords {
  /// The pieces between spaces.
  static func tokens(_ text: String) -> [Substring] { text.split { $0.isWhitespace } }

  static func words(_ text: String) -> [String] {
    tokens(text).compactMap { token in
      if token.contains("@") || token.contains("/") || token.contains("_") { return nil }
      let word = token.drop { $0.isPunctuation }.reversed().drop { $0.isPunctuation }.reversed()
      guard word.count >= 4, word.count <= 30, word.allSatisfy({ $0.isLetter && $0.isLowercase }) else { return nil }
      return String(word)
    }
  }
}
