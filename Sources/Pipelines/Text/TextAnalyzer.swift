/// Divides texts into terms: words, or runs of characters, as scikit-learn's `CountVectorizer` does.
struct TextAnalyzer: Codable, Hashable, Sendable {
  enum Unit: String, CaseIterable, Codable, Sendable {
    /// Runs of two letters, digits and underscores or more.
    case word
    /// Any characters in a row.
    case char
    /// Characters in a row within a word and the spaces around it.
    case charInWords = "char_wb"
  }

  var unit = Unit.word
  var lowercase = true
  /// The least and the most words or characters of a term.
  var least = 1
  var most = 1
  var stopWords: Set<String> = []

  /// The terms of a text, in order.
  func terms(of text: String) -> [String] {
    let text = lowercase ? text.lowercased() : text
    switch unit {
    case .word:
      let words = Self.words(text)
      return runs(stopWords.isEmpty ? words : words.filter { !stopWords.contains($0) })
    case .char:
      let characters = Array(Self.collapsed(text).unicodeScalars)
      return lengths(upTo: characters.count).flatMap { length in
        (0...characters.count - length).map { Self.string(characters[$0..<$0 + length]) }
      }
    case .charInWords:
      return text.unicodeScalars.split(whereSeparator: \.properties.isWhitespace).flatMap { word in
        let characters = [" "] + Array(word) + [" "]
        var terms: [String] = []
        for length in least...most {
          let last = max(0, characters.count - length)
          for start in 0...last { terms.append(Self.string(characters[start..<min(characters.count, start + length)])) }
          // A short word is one term.
          if last == 0 { break }
        }
        return terms
      }
    }
  }

  private func lengths(upTo count: Int) -> Range<Int> {
    least..<max(least, min(most, count) + 1)
  }

  /// Words in a row, joined by spaces; first all of the least length.
  private func runs(_ words: [String]) -> [String] {
    if most == 1 { return words }
    return lengths(upTo: words.count).flatMap { length in
      length == 1 ? words : (0...words.count - length).map { words[$0..<$0 + length].joined(separator: " ") }
    }
  }

  private static func words(_ text: String) -> [String] {
    var words: [String] = []
    var text = text
    text.withUTF8 { bytes in
      if bytes.allSatisfy({ $0 < 128 }) {
        var start = 0
        for place in 0...bytes.count where place == bytes.count || !isWord(bytes[place]) {
          if place - start >= 2 { words.append(String(decoding: bytes[start..<place], as: UTF8.self)) }
          start = place + 1
        }
      } else {
        let scalars = String(decoding: bytes, as: UTF8.self).unicodeScalars
        for word in scalars.split(whereSeparator: { !isWord($0) }) where word.count >= 2 { words.append(String(word)) }
      }
    }
    return words
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
      true
    default: false
    }
  }

  static func isWord(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return isWord(UInt8(scalar.value)) }
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
      .letterNumber, .otherNumber:
      return true
    default: return false
    }
  }

  /// Two spaces or more as one.
  private static func collapsed(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    var run: [Unicode.Scalar] = []
    func end() {
      if run.count == 1 { result.append(run[0]) } else if !run.isEmpty { result.append(" ") }
    }
    for scalar in text.unicodeScalars {
      if scalar.properties.isWhitespace {
        run.append(scalar)
      } else {
        end()
        run = []
        result.append(scalar)
      }
    }
    end()
    return String(result)
  }

  private static func string(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    return String(view)
  }
}
