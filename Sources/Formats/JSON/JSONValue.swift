import Glibc

/// A piece of JSON, read once. Numbers without a fraction that fit are integers, exact.
package enum JSONValue: Sendable, Hashable {
  case null
  case flag(Bool)
  case integer(Int)
  case number(Double)
  case text(String)
  case list([JSONValue])
  /// In order; of a name that stands twice the last holds.
  case object([Member])

  package struct Member: Sendable, Hashable {
    package var name: String
    package var value: JSONValue

    package init(name: String, value: JSONValue) { (self.name, self.value) = (name, value) }
  }

  /// nil for what is no JSON, or is nested deeper than 64 levels.
  package init?(_ bytes: [UInt8]) {
    guard let value = JSONParser.parse(bytes) else { return nil }
    self = value
  }

  package subscript(name: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.last { $0.name == name }?.value
  }

  package var text: String? { if case .text(let text) = self { text } else { nil } }
  package var list: [JSONValue]? { if case .list(let list) = self { list } else { nil } }
}

/// One pass over the bytes, by recursive descent.
private struct JSONParser {
  private let bytes: UnsafeBufferPointer<UInt8>
  private var place = 0
  private static let depthLimit = 64

  private init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  static func parse(_ bytes: [UInt8]) -> JSONValue? {
    // A zero at the end stops strtod and every loop here.
    var ended = bytes
    ended.append(0)
    return ended.withUnsafeBufferPointer { buffer in
      var parser = JSONParser(buffer)
      guard let value = parser.value(depth: 0) else { return nil }
      parser.skipSpace()
      return parser.place == bytes.count ? value : nil
    }
  }

  private mutating func skipSpace() {
    while [0x20, 0x0A, 0x0D, 0x09].contains(bytes[place]) { place += 1 }
  }

  private mutating func value(depth: Int) -> JSONValue? {
    guard depth < Self.depthLimit else { return nil }
    skipSpace()
    switch bytes[place] {
    case UInt8(ascii: "{"): return object(depth)
    case UInt8(ascii: "["): return list(depth)
    case UInt8(ascii: "\""): return string().map { .text($0) }
    case UInt8(ascii: "t"): return take("true") ? .flag(true) : nil
    case UInt8(ascii: "f"): return take("false") ? .flag(false) : nil
    case UInt8(ascii: "n"): return take("null") ? .null : nil
    // Python writes these, which JSON has no words for.
    case UInt8(ascii: "N"): return take("NaN") ? .number(.nan) : nil
    case UInt8(ascii: "I"): return take("Infinity") ? .number(.infinity) : nil
    default: return number()
    }
  }

  private mutating func take(_ word: StaticString) -> Bool {
    let count = word.utf8CodeUnitCount
    guard place + count < bytes.count, memcmp(bytes.baseAddress! + place, word.utf8Start, count) == 0 else {
      return false
    }
    place += count
    return true
  }

  private mutating func object(_ depth: Int) -> JSONValue? {
    place += 1
    var members: [JSONValue.Member] = []
    skipSpace()
    if bytes[place] == UInt8(ascii: "}") {
      place += 1
      return .object(members)
    }
    while true {
      skipSpace()
      guard bytes[place] == UInt8(ascii: "\""), let name = string() else { return nil }
      skipSpace()
      guard bytes[place] == UInt8(ascii: ":") else { return nil }
      place += 1
      guard let value = value(depth: depth + 1) else { return nil }
      members.append(JSONValue.Member(name: name, value: value))
      skipSpace()
      place += 1
      switch bytes[place - 1] {
      case UInt8(ascii: ","): continue
      case UInt8(ascii: "}"): return .object(members)
      default: return nil
      }
    }
  }

  private mutating func list(_ depth: Int) -> JSONValue? {
    place += 1
    var values: [JSONValue] = []
    skipSpace()
    if bytes[place] == UInt8(ascii: "]") {
      place += 1
      return .list(values)
    }
    while true {
      guard let value = value(depth: depth + 1) else { return nil }
      values.append(value)
      skipSpace()
      place += 1
      switch bytes[place - 1] {
      case UInt8(ascii: ","): continue
      case UInt8(ascii: "]"): return .list(values)
      default: return nil
      }
    }
  }

  private mutating func number() -> JSONValue? {
    let start = place
    if bytes[place] == UInt8(ascii: "-") {
      place += 1
      if take("Infinity") { return .number(-.infinity) }
    }
    let first = place
    var (whole, isExact) = (0, true)
    while case let digit = bytes[place] &- UInt8(ascii: "0"), digit < 10 {
      let (product, over) = whole.multipliedReportingOverflow(by: 10)
      let (sum, overSum) = product.addingReportingOverflow(Int(digit))
      if over || overSum { isExact = false } else { whole = sum }
      place += 1
    }
    guard place > first, bytes[first] != UInt8(ascii: "0") || place == first + 1 else { return nil }
    if ![UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E")].contains(bytes[place]), isExact {
      return .integer(start < first ? -whole : whole)
    }
    if bytes[place] == UInt8(ascii: ".") {
      place += 1
      let fraction = place
      while bytes[place] &- UInt8(ascii: "0") < 10 { place += 1 }
      if place == fraction { return nil }
    }
    if [UInt8(ascii: "e"), UInt8(ascii: "E")].contains(bytes[place]) {
      place += 1
      if [UInt8(ascii: "+"), UInt8(ascii: "-")].contains(bytes[place]) { place += 1 }
      let exponent = place
      while bytes[place] &- UInt8(ascii: "0") < 10 { place += 1 }
      if place == exponent { return nil }
    }
    return (bytes.baseAddress! + start).withMemoryRebound(to: CChar.self, capacity: place - start + 1) {
      .number(strtod($0, nil))
    }
  }

  private mutating func string() -> String? {
    place += 1
    let start = place
    while bytes[place] != UInt8(ascii: "\""), bytes[place] != UInt8(ascii: "\\") {
      if bytes[place] < 0x20 { return nil }
      place += 1
    }
    if bytes[place] == UInt8(ascii: "\"") {
      place += 1
      return String(validating: bytes[start..<place - 1], as: UTF8.self)
    }
    var text = Array(bytes[start..<place])
    while bytes[place] != UInt8(ascii: "\"") {
      guard bytes[place] >= 0x20 else { return nil }
      if bytes[place] == UInt8(ascii: "\\") {
        place += 1
        guard escape(into: &text) else { return nil }
      } else {
        text.append(bytes[place])
        place += 1
      }
    }
    place += 1
    return String(validating: text, as: UTF8.self)
  }

  private mutating func escape(into text: inout [UInt8]) -> Bool {
    place += 1
    switch bytes[place - 1] {
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(bytes[place - 1])
    case UInt8(ascii: "u"):
      guard var code = hexadecimal() else { return false }
      if code & 0xFC00 == 0xD800, bytes[place] == UInt8(ascii: "\\"), bytes[place + 1] == UInt8(ascii: "u") {
        place += 2
        guard let low = hexadecimal(), low & 0xFC00 == 0xDC00 else { return false }
        code = 0x10000 + (code & 0x3FF) << 10 + (low & 0x3FF)
      }
      text += String(Unicode.Scalar(code).map(Character.init) ?? "\u{FFFD}").utf8
    default: return false
    }
    return true
  }

  private mutating func hexadecimal() -> UInt32? {
    var code: UInt32 = 0
    for _ in 0..<4 {
      guard let digit = Character(Unicode.Scalar(bytes[place])).hexDigitValue else { return nil }
      code = code << 4 | UInt32(digit)
      place += 1
    }
    return code
  }
}
