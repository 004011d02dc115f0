import Formats

/// What a text takes, before it is known with which font it will be written.
enum TextMeasure {
  /// About as wide as common sans-serif fonts write it.
  static func width(_ text: String, size: Double) -> Double { text.reduce(0) { $0 + share(of: $1) } * size }

  private static func share(of letter: Character) -> Double {
    switch letter {
    case "i", "j", "l", ".", ",", ":", ";", "|", "'", "!", " ", "·": 0.3
    case "f", "t", "r", "(", ")", "[", "]", "-", "/", "I": 0.38
    case "m", "w", "M", "W", "@", "%", "…", "→", "—": 0.88
    case _ where letter.isUppercase: 0.68
    // Of East Asia and pictures, twice as wide.
    case _ where letter.unicodeScalars.first.map { $0.value >= 0x1100 && $0.properties.isEmojiPresentation } ?? false:
      1.2
    case _ where letter.unicodeScalars.first.map { (0x2E80...0xFFDC).contains($0.value) } ?? false: 1
    default: 0.57
    }
  }

  /// The text, or as much of it as fits with `…`.
  static func fitted(_ text: String, size: Double, into width: Double) -> String {
    if Self.width(text, size: size) <= width { return text }
    var room = width / size - share(of: "…")
    var kept = ""
    for letter in text {
      room -= share(of: letter)
      if room < 0 { break }
      kept.append(letter)
    }
    return kept + "…"
  }

  /// The text in lines of at most `width` pixels, broken at spaces.
  static func wrapped(_ text: String, size: Double, into width: Double) -> [String] {
    text.broken { Self.width($0, size: size) <= width }
  }

  /// The text in lines of at most `columns` characters, broken at spaces; later lines begin with `indent`.
  static func wrapped(_ text: String, columns: Int, indent: String = "") -> [String] {
    text.broken(indent: indent) { $0.count <= columns }
  }
}
