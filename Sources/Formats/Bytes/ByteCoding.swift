/// The primitives of every format of bytes: little-endian words, varints, zigzag, length-prefixed UTF-8.
extension [UInt8] {
  @inlinable package mutating func append<Word: FixedWidthInteger>(littleEndian word: Word) {
    Swift.withUnsafeBytes(of: word.littleEndian) { append(contentsOf: $0) }
  }

  @inlinable package mutating func replace<Word: FixedWidthInteger>(at offset: Int, littleEndian word: Word) {
    withUnsafeMutableBytes { $0.storeBytes(of: word.littleEndian, toByteOffset: offset, as: Word.self) }
  }

  /// LEB128: seven bits a byte, the lowest first, the top bit set on all but the last.
  @inlinable package mutating func append(varint value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(truncatingIfNeeded: rest))
  }

  /// A signed varint: 0, -1, 1, -2, … as 0, 1, 2, 3, ….
  @inlinable package mutating func append(zigzag value: Int64) {
    append(varint: UInt64(bitPattern: value << 1 ^ value >> 63))
  }

  @inlinable package mutating func append(text: String) {
    append(varint: UInt64(text.utf8.count))
    append(contentsOf: text.utf8)
  }

  @inlinable package func word<Word: FixedWidthInteger>(at offset: Int, as type: Word.Type = Word.self) -> Word {
    withUnsafeBytes { Word(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: Word.self)) }
  }
}
