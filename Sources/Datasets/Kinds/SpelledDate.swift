/// The order in which a date has its parts where the year is not first. Ask for one where `03/04/2025` may be either.
///
/// ```swift
/// let kinds = ["born": AskedKind("date:mdy")!]
/// print(kinds["born"]!.dates == .monthFirst)  // true
/// ```
public enum DateOrder: String, Codable, Hashable, Sendable, CaseIterable {
  case dayFirst = "dmy"
  case monthFirst = "mdy"
}

/// A date as people write it: `2024/3/9`, `9.3.2024`, `3/9/24`, `9 Mar 2024`, `March 9, 2024`, with a time or without.
struct SpelledDate {
  /// Seconds since 1970 in either order; nil where it is no date so.
  let dayFirst: Double?
  let monthFirst: Double?

  func seconds(_ order: DateOrder) -> Double? { order == .dayFirst ? dayFirst : monthFirst }
  /// Whether the two orders make different dates of it.
  var isAmbiguous: Bool { dayFirst != nil && monthFirst != nil && dayFirst != monthFirst }

  /// nil where the bytes are no date in either order.
  init?(_ bytes: ValueParsing.Bytes) {
    if let iso = ValueParsing.date(bytes) {
      (dayFirst, monthFirst) = (iso, iso)
      return
    }
    guard bytes.count >= 6, bytes.count <= 40 else { return nil }
    var scanner = DateScanner(rest: ValueParsing.trimmed(bytes))
    guard let parts = Self.parts(&scanner), let time = Self.time(&scanner) else { return nil }
    func seconds(_ day: Int, _ month: Int, _ year: Int) -> Double? {
      ValueParsing.midnight(year: year, month: month, day: day).map { $0 + time }
    }
    switch parts {
    case .settled(let day, let month, let year):
      dayFirst = seconds(day, month, year)
      monthFirst = dayFirst
    case .open(let first, let second, let year):
      dayFirst = seconds(first, second, year)
      monthFirst = seconds(second, first, year)
    }
    if dayFirst == nil && monthFirst == nil { return nil }
  }

  private enum Parts {
    case settled(day: Int, month: Int, year: Int)
    case open(first: Int, second: Int, year: Int)
  }

  private static func parts(_ scanner: inout DateScanner) -> Parts? {
    if let month = scanner.month() {
      // March 9, 2024
      _ = scanner.skip(".")
      scanner.skipSpaces()
      guard let day = scanner.number(), day.digits <= 2 else { return nil }
      _ = scanner.skip(",")
      scanner.skipSpaces()
      guard let year = scanner.number(), year.digits == 4 else { return nil }
      return .settled(day: day.value, month: month, year: year.value)
    }
    guard let first = scanner.number() else { return nil }
    let hasSign = ["/", ".", "-", " "].first { scanner.skip($0) }
    guard let sign = hasSign else { return nil }
    if sign == "." { scanner.skipSpaces() }
    if let month = scanner.month() {
      // 9 Mar 2024, 9-Mar-24
      if !scanner.skip(sign) { _ = scanner.skip(".") }
      scanner.skipSpaces()
      guard first.digits <= 2, let year = scanner.number(), year.digits == 4 || year.digits == 2 else { return nil }
      return .settled(day: first.value, month: month, year: year.digits == 2 ? full(year.value) : year.value)
    }
    guard sign != " ", let second = scanner.number(), second.digits <= 2, scanner.skip(sign),
      let third = scanner.number()
    else { return nil }
    if first.digits == 4 {
      return third.digits <= 2 ? .settled(day: third.value, month: second.value, year: first.value) : nil
    }
    guard first.digits <= 2 else { return nil }
    if third.digits == 4 { return .open(first: first.value, second: second.value, year: third.value) }
    // `1.2.10` may be a version: only with a slash, or where every part has two digits, are two digits a year.
    guard third.digits == 2, sign == "/" || (sign == "." && first.digits == 2 && second.digits == 2) else { return nil }
    return .open(first: first.value, second: second.value, year: full(third.value))
  }

  /// As POSIX has it: 69 is 1969, 68 is 2068.
  private static func full(_ year: Int) -> Int { year < 69 ? 2000 + year : 1900 + year }

  /// Seconds since midnight of ` 14:05`, `, 2:05:30 PM` or nothing; nil for anything else.
  private static func time(_ scanner: inout DateScanner) -> Double? {
    if scanner.rest.isEmpty { return 0 }
    _ = scanner.skip(",")
    guard scanner.skip(" ") || scanner.skip("T") else { return nil }
    scanner.skipSpaces()
    guard let hours = scanner.number(), hours.digits <= 2, scanner.skip(":"), let minutes = scanner.digits(2),
      minutes < 60
    else { return nil }
    var seconds = 0.0
    if scanner.skip(":") {
      guard let whole = scanner.digits(2), whole < 61 else { return nil }
      seconds = Double(whole)
      if scanner.skip(".") {
        guard let fraction = scanner.fraction() else { return nil }
        seconds += fraction
      }
    }
    scanner.skipSpaces()
    var hour = hours.value
    if let half = scanner.halfOfDay() {
      guard (1...12).contains(hour) else { return nil }
      hour = hour % 12 + 12 * half
    }
    guard hour < 24, scanner.rest.isEmpty else { return nil }
    return Double(60 * (60 * hour + minutes)) + seconds
  }
}

/// Takes parts off the front of a date.
struct DateScanner {
  var rest: ValueParsing.Bytes

  private mutating func drop(_ count: Int) { rest = ValueParsing.Bytes(rebasing: rest.dropFirst(count)) }

  mutating func digits(_ count: Int) -> Int? {
    guard rest.count >= count else { return nil }
    var value = 0
    for byte in rest.prefix(count) {
      guard byte >= 48, byte < 58 else { return nil }
      value = 10 * value + Int(byte - 48)
    }
    drop(count)
    return value
  }

  /// As many digits as there are, at most 4 of them.
  mutating func number() -> (value: Int, digits: Int)? {
    let count = rest.prefix { $0 >= 48 && $0 < 58 }.count
    guard (1...4).contains(count), let value = digits(count) else { return nil }
    return (value, count)
  }

  mutating func skip(_ scalar: Unicode.Scalar) -> Bool {
    guard rest.first == UInt8(scalar.value) else { return false }
    drop(1)
    return true
  }

  mutating func skipSpaces() {
    while skip(" ") {}
  }

  /// What follows a decimal point, at least one digit.
  mutating func fraction() -> Double? {
    var (value, unit) = (0.0, 0.1)
    guard var digit = digits(1) else { return nil }
    while true {
      value += Double(digit) * unit
      unit /= 10
      guard let next = digits(1) else { return value }
      digit = next
    }
  }

  /// An English month, whole or of three letters.
  mutating func month() -> Int? {
    let letters = rest.prefix { ($0 | 32) >= 97 && ($0 | 32) <= 122 }.map { $0 | 32 }
    guard letters.count >= 3,
      let index = Self.months.firstIndex(where: {
        $0 == letters || Array($0.prefix(3)) == letters || letters == Self.sept && $0.starts(with: Self.sept)
      })
    else { return nil }
    drop(letters.count)
    return index + 1
  }

  private static let sept = Array("sept".utf8)
  private static let months = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
  ].map { Array($0.utf8) }

  /// 0 for `AM`, 1 for `PM`.
  mutating func halfOfDay() -> Int? {
    guard rest.count == 2, rest[1] | 32 == UInt8(ascii: "m") else { return nil }
    guard let half = rest[0] | 32 == UInt8(ascii: "a") ? 0 : rest[0] | 32 == UInt8(ascii: "p") ? 1 : nil else {
      return nil
    }
    drop(2)
    return half
  }
}
