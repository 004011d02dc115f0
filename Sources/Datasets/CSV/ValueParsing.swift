import Foundation

/// What the bytes of a field stand for. Spaces and tabs around a number or a date do not count.
package enum ValueParsing {
  package typealias Bytes = UnsafeBufferPointer<UInt8>

  /// Whether there is nothing, or nothing but spaces and tabs.
  static func isBlank(_ bytes: Bytes) -> Bool {
    bytes.allSatisfy { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
  }

  /// A finite number in decimal notation, nil else; `decimal` stands before its decimals.
  @inline(__always)
  package static func number(_ bytes: Bytes, decimal: UInt8 = UInt8(ascii: ".")) -> Double? {
    var at = 0
    let end = bytes.count
    let negative = end > 0 && bytes[0] == UInt8(ascii: "-")
    if negative { at = 1 }
    var mantissa: UInt64 = 0
    var digits = 0
    var scale = 0
    while at < end {
      let digit = bytes[at] &- 48
      guard digit < 10 else { break }
      mantissa = mantissa &* 10 &+ UInt64(digit)
      digits += 1
      at += 1
    }
    if at < end, bytes[at] == decimal {
      at += 1
      let point = at
      while at < end {
        let digit = bytes[at] &- 48
        guard digit < 10 else { break }
        mantissa = mantissa &* 10 &+ UInt64(digit)
        at += 1
      }
      scale = at - point
      digits += scale
    }
    // Exact where digits and power of ten are both exact doubles (Clinger 1990); the C library does the others.
    guard at == end, digits > 0, digits <= 19, mantissa <= 1 << 53, scale <= 22 else {
      return slowNumber(bytes, decimal)
    }
    let value = Double(mantissa) / powersOfTen[scale]
    return negative ? -value : value
  }

  private static let powersOfTen: [Double] = (0...22).map { Double("1e\($0)")! }

  private static func slowNumber(_ bytes: Bytes, _ decimal: UInt8) -> Double? {
    let field = trimmed(bytes)
    guard let first = field.first, field.count < 400 else { return nil }
    // The C library would also take "inf", "nan" and hexadecimal digits.
    let allowed = field.allSatisfy { ($0 >= 48 && $0 < 58) || "+-eE".utf8.contains($0) || $0 == decimal }
    guard allowed, first != UInt8(ascii: "e"), first != UInt8(ascii: "E") else { return nil }
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: field.count + 1) { copy in
      for (index, byte) in field.enumerated() { copy[index] = byte == decimal ? CChar(46) : CChar(byte) }
      copy[field.count] = 0
      var stop: UnsafeMutablePointer<CChar>?
      let value = strtod(copy.baseAddress!, &stop)
      return stop == copy.baseAddress! + field.count && value.isFinite ? value : nil
    }
  }

  /// Seconds since 1970 of `YYYY-MM-DD`, alone or with ` HH:MM` or `THH:MM`, seconds, a fraction of them, and `Z` or a
  /// zone `±HH:MM` (ISO 8601); nil else. Without a zone it is UTC.
  package static func date(_ bytes: Bytes) -> Double? {
    var scanner = DateScanner(rest: trimmed(bytes))
    guard let year = scanner.digits(4), scanner.skip("-"), let month = scanner.digits(2), scanner.skip("-"),
      let day = scanner.digits(2), let midnight = midnight(year: year, month: month, day: day)
    else { return nil }
    if scanner.rest.isEmpty { return midnight }
    guard scanner.skip("T") || scanner.skip(" "), let hour = scanner.digits(2), scanner.skip(":"),
      let minute = scanner.digits(2), hour < 24, minute < 60
    else { return nil }
    var seconds = Double(60 * (60 * hour + minute))
    if scanner.skip(":") {
      guard let second = scanner.digits(2), second < 61 else { return nil }
      seconds += Double(second)
      if scanner.skip(".") {
        guard let fraction = scanner.fraction() else { return nil }
        seconds += fraction
      }
    }
    if !scanner.skip("Z"), let sign = scanner.skip("+") ? 1.0 : scanner.skip("-") ? -1.0 : nil {
      guard let hours = scanner.digits(2), hours < 24 else { return nil }
      let minutes = scanner.skip(":") || !scanner.rest.isEmpty ? scanner.digits(2) : 0
      guard let minutes, minutes < 60 else { return nil }
      seconds -= sign * Double(60 * (60 * hours + minutes))
    }
    return scanner.rest.isEmpty ? midnight + seconds : nil
  }

  /// Seconds since 1970; nil where the calendar has no such day.
  static func midnight(year: Int, month: Int, day: Int) -> Double? {
    guard (1...12).contains(month), day >= 1, day <= days(in: month, of: year) else { return nil }
    return Double(86400 * daysSince1970(year: year, month: month, day: day))
  }

  static func trimmed(_ bytes: Bytes) -> Bytes {
    func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
    guard let first = bytes.firstIndex(where: { !isBlank($0) }) else { return Bytes(rebasing: bytes[..<0]) }
    let last = bytes.lastIndex { !isBlank($0) }!
    return Bytes(rebasing: bytes[first...last])
  }

  private static func days(in month: Int, of year: Int) -> Int {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    return month == 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
  }

  /// Days of the proleptic Gregorian calendar, from years that begin with March so that leap days come last.
  private static func daysSince1970(year: Int, month: Int, day: Int) -> Int {
    let shifted = month > 2 ? year : year - 1
    let monthFromMarch = (month + 9) % 12
    let leapDays = (shifted + 400) / 4 - (shifted + 400) / 100 + (shifted + 400) / 400 - 97
    return 365 * shifted + leapDays + (153 * monthFromMarch + 2) / 5 + day - 719_469
  }
}
