/// The classes of a column of labels.
///
/// A label is what is written. Spellings of True or False in any case, and of one number without leading zeros (`7`, `7.0`,
/// `+7`), are one class, which is called what most rows call it; `007` is another one than `7`.
struct ClassLabels {
  struct Class {
    /// The most frequent spelling, of equals the first.
    var label: String
    var count: Int
    /// All of them and their rows, the most frequent first.
    var spellings: [(text: String, count: Int)]
  }

  /// Numbers by size, others by their Unicode scalars.
  let classes: [Class]

  /// Of the rows for which `counts` is true.
  init(_ words: Words, counting isCounted: (Int) -> Bool = { _ in true }) {
    var counts = [Int](repeating: 0, count: words.levels.count)
    for (row, code) in words.codes.enumerated() where code >= 0 && isCounted(row) { counts[Int(code)] += 1 }
    var byKey: [String: Class] = [:]
    for (code, level) in words.levels.enumerated() where counts[code] > 0 {
      byKey[Self.key(level), default: Class(label: level, count: 0, spellings: [])].spellings.append(
        (level, counts[code]))
    }
    let found = byKey.values.map { group in
      // Sorting is stable.
      let spellings = group.spellings.sorted { $0.count > $1.count }
      return Class(label: spellings[0].text, count: spellings.reduce(0) { $0 + $1.count }, spellings: spellings)
    }
    let numbers = found.map { Self.number($0.label) }
    if numbers.contains(nil) {
      classes = found.sorted { $0.label.unicodeScalars.lexicographicallyPrecedes($1.label.unicodeScalars) }
    } else {
      classes = zip(found, numbers).sorted { ($0.1!, $0.0.label) < ($1.1!, $1.0.label) }.map(\.0)
    }
  }

  /// What two spellings of one class share.
  static func key(_ label: String) -> String {
    let lower = label.lowercased()
    if lower == "true" || lower == "false" { return lower }
    guard let number = number(label), !hasLeadingZero(label) else { return label }
    return key(number)
  }

  /// No label is spelled so: a number's would be parsed.
  static func key(_ number: Double) -> String { "\u{0}\(number == 0 ? 0 : number)" }

  private static func number(_ label: String) -> Double? {
    var label = label
    return label.withUTF8 { ValueParsing.number($0) }
  }

  private static func hasLeadingZero(_ label: String) -> Bool {
    let digits = label.drop { !$0.isNumber && $0 != "." }
    guard digits.first == "0", let second = digits.dropFirst().first else { return false }
    return second.isNumber
  }
}
