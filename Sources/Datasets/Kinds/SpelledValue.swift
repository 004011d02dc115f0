/// Readings of a single value, for what looks at how the values of a column are written.
package enum SpelledValue {
  /// A plain finite number with a decimal point; nil for anything else.
  package static func number(_ text: String) -> Double? {
    var text = text
    return text.withUTF8 { ValueParsing.number($0) }
  }

  /// Seconds since 1970 of an ISO 8601 date, with a time or without; nil for anything else.
  package static func isoSeconds(_ text: String) -> Double? {
    var text = text
    return text.withUTF8 { ValueParsing.date($0) }
  }

  /// Seconds since 1970 at midnight UTC; nil where the calendar has no such day, or the year is not from 1 to 9999.
  package static func midnight(year: Double, month: Double, day: Double) -> Double? {
    guard (1...9999).contains(year), (1...12).contains(month), (1...31).contains(day), let year = Int(exactly: year),
      let month = Int(exactly: month), let day = Int(exactly: day)
    else { return nil }
    return ValueParsing.midnight(year: year, month: month, day: day)
  }

  /// A number with thousands separators, a decimal comma, a currency or `%`.
  package struct Number: Hashable, Sendable {
    /// As a decimal point and as a decimal comma make it; nil where that is no number.
    package let point: Double?
    package let comma: Double?
    package let unit: String?
  }

  /// nil where the text is no number, whatever the decimal mark.
  package static func spelledNumber(_ text: String) -> Number? {
    var text = text
    guard let number = text.withUTF8({ SpelledNumber($0) }) else { return nil }
    return Number(point: number.value(.point), comma: number.value(.comma), unit: number.unit)
  }

  /// A date in seconds since 1970-01-01 00:00 UTC, by either order of day and month.
  package struct Date: Hashable, Sendable {
    package let dayFirst: Double?
    package let monthFirst: Double?
    /// `YYYY-MM-DD`, with or without a time.
    package let isISO: Bool

    package func seconds(_ order: DateOrder) -> Double? { order == .dayFirst ? dayFirst : monthFirst }
  }

  /// nil where the text is no date in either order.
  package static func date(_ text: String) -> Date? {
    var text = text
    return text.withUTF8 { bytes in
      SpelledDate(bytes).map {
        Date(dayFirst: $0.dayFirst, monthFirst: $0.monthFirst, isISO: ValueParsing.date(bytes) != nil)
      }
    }
  }

  /// Whether it is one of the spelled-out missing values that count in columns of numbers and dates.
  package static func isMissingMark(_ text: String) -> Bool { usualMarks.isInNumbers(text) }
  private static let usualMarks = MissingValues()

  /// `2024-03-09`, with the time where it is not midnight.
  package static func isoDate(_ seconds: Double) -> String {
    let days = (seconds / 86_400).rounded(.down)
    let day = CalendarDay(days)
    func padded(_ number: Int, _ width: Int = 2) -> String {
      let digits = String(number.magnitude)
      return (number < 0 ? "-" : "") + String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    let date = "\(padded(day.year, 4))-\(padded(day.month))-\(padded(day.day))"
    let rest = seconds - 86_400 * days
    guard rest >= 1, rest < 86_400 else { return date }
    let time = Int(rest)
    return date + " \(padded(time / 3_600)):\(padded(time / 60 % 60)):\(padded(time % 60))"
  }
}
