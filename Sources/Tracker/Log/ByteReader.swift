import Formats

/// Bytes that do not say what their type requires.
struct DecodingFailure: Error {}

/// Reads a payload from front to back; throws `DecodingFailure` rather than read beyond its end.
struct ByteReader {
  private let bytes: [UInt8]
  private(set) var position: Int
  private let end: Int

  init(_ bytes: [UInt8], _ range: Range<Int>) {
    self.bytes = bytes
    position = range.lowerBound
    end = range.upperBound
  }

  var remaining: Int { end - position }

  mutating func byte() throws(DecodingFailure) -> UInt8 {
    guard position < end else { throw DecodingFailure() }
    position += 1
    return bytes[position - 1]
  }

  mutating func word<Word: FixedWidthInteger>(_ type: Word.Type = Word.self) throws(DecodingFailure) -> Word {
    let range = try take(MemoryLayout<Word>.size)
    return bytes.word(at: range.lowerBound)
  }

  @inline(__always)
  mutating func varint() throws(DecodingFailure) -> UInt64 {
    // Most are one byte long.
    if position < end, bytes[position] < 0x80 {
      position += 1
      return UInt64(bytes[position - 1])
    }
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 7) {
      let next = try byte()
      if shift == 63, next > 1 { throw DecodingFailure() }
      value |= UInt64(next & 0x7F) << shift
      if next < 0x80 { return value }
    }
    throw DecodingFailure()
  }

  mutating func zigzag() throws(DecodingFailure) -> Int64 {
    let value = try varint()
    return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
  }

  /// A varint that fits an `Int` and is not negative.
  mutating func count() throws(DecodingFailure) -> Int {
    guard let value = Int(exactly: try varint()) else { throw DecodingFailure() }
    return value
  }

  mutating func text() throws(DecodingFailure) -> String {
    let range = try take(try count())
    guard let text = String(validating: bytes[range], as: UTF8.self) else { throw DecodingFailure() }
    return text
  }

  /// Steps over `count` bytes and returns where they lie.
  mutating func take(_ count: Int) throws(DecodingFailure) -> Range<Int> {
    guard count >= 0, count <= remaining else { throw DecodingFailure() }
    position += count
    return position - count..<position
  }

  func withBytes(_ range: Range<Int>, _ body: (UnsafeRawBufferPointer) -> Void) {
    bytes.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[range])) }
  }

  /// Throws unless everything has been read.
  func finish() throws(DecodingFailure) {
    guard position == end else { throw DecodingFailure() }
  }
}
