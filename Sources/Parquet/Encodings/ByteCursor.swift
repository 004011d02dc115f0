/// Bytes that are read from the front; nothing is read beyond their end.
struct ByteCursor {
  private(set) var position: UnsafeRawPointer
  let end: UnsafeRawPointer

  init(_ start: UnsafeRawPointer, count: Int) {
    position = start
    end = start + count
  }

  var count: Int { end - position }

  /// The next `count` bytes.
  mutating func take(_ count: Int) throws(Fault) -> UnsafeRawPointer {
    guard count >= 0, count <= self.count else { throw .truncated }
    defer { position += count }
    return position
  }

  /// The next `count` bytes as a cursor.
  mutating func part(_ count: Int) throws(Fault) -> ByteCursor { ByteCursor(try take(count), count: count) }

  mutating func byte() throws(Fault) -> UInt8 {
    guard position < end else { throw .truncated }
    defer { position += 1 }
    return position.load(as: UInt8.self)
  }

  mutating func word32() throws(Fault) -> UInt32 {
    UInt32(littleEndian: try take(4).loadUnaligned(as: UInt32.self))
  }

  /// LEB128 of at most 64 bits.
  mutating func varint() throws(Fault) -> UInt64 {
    var (value, shift): (UInt64, UInt64) = (0, 0)
    while true {
      let byte = try byte()
      guard shift < 63 || shift == 63 && byte <= 1 else { throw .damaged("a number has more than 64 bits") }
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
      shift += 7
    }
  }

  mutating func zigzag() throws(Fault) -> Int64 {
    let value = try varint()
    return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
  }

  /// A varint that is a size or a number of things.
  mutating func size() throws(Fault) -> Int {
    guard let size = Int(exactly: try varint()) else { throw .damaged("a length is out of range") }
    return size
  }
}
