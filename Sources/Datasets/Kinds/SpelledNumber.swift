/// How the numbers of a column are written, where not as plain decimals.
package struct NumberNotation: Codable, Hashable, Sendable {
  /// Before the decimals; the other one may part thousands, as spaces and apostrophes may.
  package var decimal: DecimalMark
  /// `%`, `€`, `USD`: what stands before or after every number.
  package var unit: String?

  package init(decimal: DecimalMark = .point, unit: String? = nil) {
    self.decimal = decimal
    self.unit = unit
  }

  /// Whether numbers without a unit are of this column, too: a currency may be left out, a per cent sign may not.
  var mayLackUnit: Bool { unit != "%" }

  /// nil where the text is no number of this notation.
  func value(_ bytes: ValueParsing.Bytes) -> Double? {
    guard let number = SpelledNumber(bytes) else { return nil }
    return value(number)
  }

  func value(_ number: SpelledNumber) -> Double? {
    guard number.unit == unit || (number.unit == nil && mayLackUnit) else { return nil }
    return number.value(decimal)
  }
}

/// A number as people write it: `1,234.5`, `1.234,5`, `1 234`, `37 %`, `€ 12`, `-$3.50`, `12 EUR`.
struct SpelledNumber {
  /// `%`, or a currency.
  let unit: String?
  private let isNegative: Bool
  private let body: [UInt8]

  private static let spaces: [[UInt8]] = [Array("\u{A0}".utf8), Array("\u{202F}".utf8), Array("\u{2009}".utf8)]
  private static let units: [(bytes: [UInt8], name: String)] = [
    "%", "€", "$", "£", "¥", "₹", "EUR", "USD", "GBP", "CHF", "JPY", "INR", "CAD", "AUD", "SEK", "NOK", "DKK", "PLN",
    "CNY",
  ].map { (Array($0.utf8), $0) }

  /// nil where the bytes are no number, whatever the decimal mark.
  init?(_ bytes: ValueParsing.Bytes) {
    guard !bytes.isEmpty, bytes.count <= 60 else { return nil }
    var text = Self.plainSpaces(Array(bytes))[...]
    var unit: String?
    var isNegative = false
    Self.trim(&text)
    // A sign and a currency, in either order.
    for _ in 0..<2 {
      if Self.take(&text, [UInt8(ascii: "-")]) || Self.take(&text, Array("−".utf8)) {
        if isNegative { return nil }
        isNegative = true
      } else if Self.take(&text, [UInt8(ascii: "+")]) {
      } else if unit == nil, let found = Self.units.first(where: { $0.name != "%" && Self.take(&text, $0.bytes) }) {
        unit = found.name
      }
      Self.trim(&text)
    }
    if unit == nil,
      let found = Self.units.first(where: {
        text.count > $0.bytes.count && text.suffix($0.bytes.count) == $0.bytes[...]
      })
    {
      unit = found.name
      text.removeLast(found.bytes.count)
      Self.trim(&text)
    }
    guard text.contains(where: { $0 >= 48 && $0 < 58 }), text.allSatisfy(Self.isOfBody) else { return nil }
    (self.unit, self.isNegative, body) = (unit, isNegative, Array(text))
    if value(.point) == nil && value(.comma) == nil { return nil }
  }

  /// nil where it is no number with this mark before its decimals.
  func value(_ decimal: DecimalMark) -> Double? {
    let parts = body.split(separator: decimal.byte, omittingEmptySubsequences: false)
    guard parts.count <= 2, let whole = Self.digits(grouped: parts[0], isWhole: parts.count == 1) else { return nil }
    let fraction = parts.count == 2 ? parts[1] : []
    guard fraction.allSatisfy({ $0 >= 48 && $0 < 58 }), whole.count + fraction.count > 0 else { return nil }
    let text = whole + (fraction.isEmpty ? [] : [UInt8(ascii: ".")] + fraction)
    guard let value = text.withUnsafeBufferPointer({ ValueParsing.number($0) }) else { return nil }
    return isNegative ? -value : value
  }

  /// Whether the two marks make different numbers of it.
  var isAmbiguous: Bool {
    guard let point = value(.point), let comma = value(.comma) else { return false }
    return point != comma
  }

  /// `1,234` → `1234`; nil where groups are not of three digits, or parted by different signs.
  private static func digits(grouped text: ArraySlice<UInt8>, isWhole: Bool) -> [UInt8]? {
    guard let sign = text.first(where: { $0 < 48 || $0 > 57 }) else { return Array(text) }
    let groups = text.split(separator: sign, omittingEmptySubsequences: false)
    guard (1...3).contains(groups[0].count), groups[0].first != UInt8(ascii: "0"),
      groups.dropFirst().allSatisfy({ $0.count == 3 }), groups.allSatisfy({ $0.allSatisfy { $0 >= 48 && $0 < 58 } })
    else { return nil }
    return groups.flatMap { $0 }
  }

  private static func isOfBody(_ byte: UInt8) -> Bool { byte >= 48 && byte < 58 || ".,' ".utf8.contains(byte) }

  private static func trim(_ text: inout ArraySlice<UInt8>) {
    while let first = text.first, first == 32 || first == 9 { text.removeFirst() }
    while let last = text.last, last == 32 || last == 9 { text.removeLast() }
  }

  private static func take(_ text: inout ArraySlice<UInt8>, _ sign: [UInt8]) -> Bool {
    guard text.starts(with: sign) else { return false }
    text.removeFirst(sign.count)
    return true
  }

  /// No-break and thin spaces as spaces, typographic apostrophes as plain ones.
  private static func plainSpaces(_ bytes: [UInt8]) -> [UInt8] {
    if bytes.allSatisfy({ $0 < 0x80 }) { return bytes }
    var text = bytes
    for space in spaces { text = text.replacing(space, with: [32]) }
    return text.replacing(Array("’".utf8), with: [UInt8(ascii: "'")])
  }
}
