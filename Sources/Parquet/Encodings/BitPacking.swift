/// Numbers of a few bits each, the lowest bits first.
enum BitPacking {
  /// Bytes that `count` numbers of `width` bits take.
  static func bytes(_ count: Int, width: Int) -> Int { (count * width + 7) / 8 }

  /// Widths up to 32. Reads up to 8 bytes beyond the last number.
  @inline(__always)
  static func unpack(
    _ bytes: UnsafeRawPointer, width: Int, count: Int, into numbers: UnsafeMutablePointer<UInt32>
  ) {
    switch width {
    case 0: numbers.update(repeating: 0, count: count)
    case 8: for i in 0..<count { numbers[i] = UInt32(bytes.load(fromByteOffset: i, as: UInt8.self)) }
    case 16:
      for i in 0..<count {
        numbers[i] = UInt32(UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: 2 &* i, as: UInt16.self)))
      }
    default:
      let mask = (UInt64(1) << UInt64(width)) &- 1
      var bit = 0
      for i in 0..<count {
        let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: bit >> 3, as: UInt64.self))
        numbers[i] = UInt32(truncatingIfNeeded: word &>> UInt64(bit & 7) & mask)
        bit &+= width
      }
    }
  }

  /// The number at `bit`, of any width up to 64. Reads up to 9 bytes.
  @inline(__always)
  static func number(_ bytes: UnsafeRawPointer, bit: Int, mask: UInt64, isWide: Bool) -> UInt64 {
    let shift = UInt64(bit & 7)
    var word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: bit >> 3, as: UInt64.self)) &>> shift
    if isWide && shift > 0 {
      word |= UInt64(bytes.load(fromByteOffset: bit >> 3 &+ 8, as: UInt8.self)) &<< (64 &- shift)
    }
    return word & mask
  }

  /// One byte a bit, 0 or 1, the lowest bit of each byte first, or the highest. Writes up to 7 bytes beyond the last.
  static func unpackFlags(
    _ bytes: UnsafeRawPointer, count: Int, highestFirst: Bool = false, into flags: UnsafeMutablePointer<UInt8>
  ) {
    let places: UInt64 = highestFirst ? 0x0102_0408_1020_4080 : 0x8040_2010_0804_0201
    let output = UnsafeMutableRawPointer(flags)
    for i in 0..<(count + 7) / 8 {
      let spread = UInt64(bytes.load(fromByteOffset: i, as: UInt8.self)) &* 0x0101_0101_0101_0101 & places
      let ones = (spread &+ 0x7F7F_7F7F_7F7F_7F7F) &>> 7 & 0x0101_0101_0101_0101
      output.storeBytes(of: ones.littleEndian, toByteOffset: 8 &* i, as: UInt64.self)
    }
  }

  /// Eight flags of one byte each as one byte, the first its lowest bit.
  @inline(__always)
  static func packFlags(_ eight: UInt64) -> UInt8 {
    UInt8(truncatingIfNeeded: (eight.littleEndian &* 0x0102_0408_1020_4080) &>> 56)
  }
}
