/// Turns bytes of another encoding into UTF-8, a part of them at a time.
struct Transcoder {
  let encoding: TextEncoding
  /// A byte, or the first half of a surrogate pair, that the last part ended with.
  private var heldByte: UInt8?
  private var heldSurrogate: UInt16?
  private var isAtStart = true

  init(_ encoding: TextEncoding) { self.encoding = encoding }

  /// Appends what these bytes stand for; what is no character becomes U+FFFD.
  mutating func append(_ bytes: UnsafeBufferPointer<UInt8>, isLast: Bool, to text: inout [UInt8]) {
    switch encoding {
    case .utf8: text.append(contentsOf: bytes)
    case .windows1252:
      for byte in bytes { Self.encode(Self.scalar(windows1252: byte), to: &text) }
    case .utf16LittleEndian, .utf16BigEndian:
      for byte in bytes {
        guard let first = heldByte else {
          heldByte = byte
          continue
        }
        heldByte = nil
        let unit =
          encoding == .utf16LittleEndian ? UInt16(byte) << 8 | UInt16(first) : UInt16(first) << 8 | UInt16(byte)
        take(unit, to: &text)
      }
      if isLast, heldByte != nil || heldSurrogate != nil { Self.encode(0xFFFD, to: &text) }
    }
  }

  private mutating func take(_ unit: UInt16, to text: inout [UInt8]) {
    defer { isAtStart = false }
    if isAtStart, unit == 0xFEFF { return }
    if let high = heldSurrogate {
      heldSurrogate = nil
      if 0xDC00...0xDFFF ~= unit {
        return Self.encode(0x10000 + (UInt32(high) - 0xD800) << 10 + UInt32(unit) - 0xDC00, to: &text)
      }
      Self.encode(0xFFFD, to: &text)
    }
    switch unit {
    case 0xD800...0xDBFF: heldSurrogate = unit
    case 0xDC00...0xDFFF: Self.encode(0xFFFD, to: &text)
    default: Self.encode(UInt32(unit), to: &text)
    }
  }

  private static func encode(_ scalar: UInt32, to text: inout [UInt8]) {
    if scalar < 0x80 { return text.append(UInt8(scalar)) }
    text.append(contentsOf: UTF8.encode(Unicode.Scalar(scalar)!)!)
  }

  /// Five bytes have no character; they stand for the control characters that Latin-1 has there.
  private static func scalar(windows1252 byte: UInt8) -> UInt32 {
    0x80...0x9F ~= byte ? upper[Int(byte) - 0x80] : UInt32(byte)
  }

  private static let upper: [UInt32] = [
    0x20AC, 0x81, 0x201A, 0x192, 0x201E, 0x2026, 0x2020, 0x2021, 0x2C6, 0x2030, 0x160, 0x2039, 0x152, 0x8D, 0x17D, 0x8F,
    0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x2DC, 0x2122, 0x161, 0x203A, 0x153, 0x9D, 0x17E,
    0x178,
  ]
}
