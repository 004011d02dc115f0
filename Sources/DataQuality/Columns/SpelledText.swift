import Datasets

/// What a value may be, by how it is written.
struct SpelledText: Sendable {
  /// Whether it stands for a missing value in a column of numbers or dates.
  let isMark: Bool
  let number: Double?
  let form: Form
  let date: SpelledValue.Date?

  /// How a number or date is written.
  enum Form: Hashable, Sendable {
    case plain, decimalComma, grouped, unit(String), other
    case isoDate, date(String)
  }

  init(_ text: String) {
    isMark = Self.isMark(text)
    if isMark {
      (number, form, date) = (nil, .other, nil)
    } else if let date = Self.mayBeISO(text) ? SpelledValue.date(text) : nil {
      (number, form, self.date) = (nil, date.isISO ? .isoDate : .date(Self.pattern(of: text)), date)
    } else if let plain = SpelledValue.number(text) {
      (number, form, date) = (plain, .plain, nil)
    } else if let spelled = SpelledValue.spelledNumber(text) {
      number = spelled.point ?? spelled.comma
      date = nil
      if let unit = spelled.unit {
        form = .unit(unit)
      } else {
        form = spelled.point == nil ? .decimalComma : .grouped
      }
    } else if let measure = Measure(text) {
      (number, form, date) = (measure.value, .unit(measure.unit), nil)
    } else if let date = SpelledValue.date(text) {
      (number, self.date) = (nil, date)
      form = date.isISO ? .isoDate : .date(Self.pattern(of: text))
    } else {
      (number, form, date) = (nil, .other, nil)
    }
  }

  /// Whether a text stands for a missing value in a column of numbers or dates.
  static func isMark(_ text: String) -> Bool {
    guard text.utf8.count <= longestMark else { return false }
    return SpelledValue.isMissingMark(text) || marks.contains(text.lowercased())
  }

  /// A look at the fifth byte, which spares most dates the trial of being numbers.
  private static func mayBeISO(_ text: String) -> Bool {
    let bytes = text.utf8
    return bytes.count >= 10 && bytes[bytes.index(bytes.startIndex, offsetBy: 4)] == UInt8(ascii: "-")
  }

  private static let longestMark = 16
  /// Besides those that Datasets knows.
  private static let marks: Set<String> = [
    "n.a.", "n. a.", "not available", "missing", "(null)", "<null>", "undefined", "#value!", "#ref!", "---", "\\n",
  ]

  /// A number as people write it: with a decimal point if that makes one, else with a decimal comma.
  static func number(_ text: String) -> Double? {
    if let plain = SpelledValue.number(text) { return plain }
    return SpelledValue.spelledNumber(text).flatMap { $0.point ?? $0.comma }
  }

  /// `9.3.2024` is `9.9.9999`, `9 Mar 2024` is `9 Aaa 9999`; one digit stands for two, too.
  private static func pattern(of text: String) -> String {
    var pattern = ""
    var digits = 0
    func endOfDigits() { if digits > 0 { pattern += digits > 2 ? "9999" : "9" } }
    for character in text {
      if character.isNumber {
        digits += 1
        continue
      }
      endOfDigits()
      digits = 0
      let sign = character.isLetter ? (character.isUppercase ? "A" : "a") : String(character)
      if sign != "a" || !pattern.hasSuffix("aa") { pattern += sign }
    }
    endOfDigits()
    return pattern
  }
}

extension SpelledText.Form {
  /// Of values, in the plural.
  var title: String {
    switch self {
    case .plain: "plain numbers"
    case .decimalComma: "decimal commas"
    case .grouped: "thousands separators"
    case .unit(let unit): "values in \(quoted(unit))"
    case .other: "other texts"
    case .isoDate: "dates as 2024-12-31"
    case .date(let pattern): "dates as \(pattern)"
    }
  }
}
