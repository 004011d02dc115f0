/// The numbers and dates that single texts spell, as in a CSV file.
package enum SpelledValue {
  /// A finite number in decimal notation, nil for anything else. Spaces around it do not count.
  package static func number(_ text: String) -> Double? {
    var text = text
    return text.withUTF8 { ValueParsing.number($0) }
  }

  /// Seconds since 1970 of an ISO 8601 date, with a time or without, nil for anything else.
  package static func date(_ text: String) -> Double? {
    var text = text
    return text.withUTF8 { ValueParsing.date($0) }
  }

  /// Seconds since 1970 at midnight UTC; nil where the calendar has no such day, or the year is not from 1 to 9999.
  package static func date(year: Double, month: Double, day: Double) -> Double? {
    guard (1...9999).contains(year), (1...12).contains(month), (1...31).contains(day),
      let (year, month, day) = whole(year, month, day)
    else { return nil }
    return ValueParsing.midnight(year: year, month: month, day: day)
  }

  private static func whole(_ a: Double, _ b: Double, _ c: Double) -> (Int, Int, Int)? {
    guard let a = Int(exactly: a), let b = Int(exactly: b), let c = Int(exactly: c) else { return nil }
    return (a, b, c)
  }
}
