/// Packs numbers of up to 64 bits each, the lowest bits first, into memory that has room for them.
struct BitPacker {
  private var output: UnsafeMutableRawPointer
  private let width: UInt64
  private var pending: UInt64 = 0
  private var filled: UInt64 = 0

  init(_ output: UnsafeMutableRawPointer, width: Int) {
    self.output = output
    self.width = UInt64(width)
  }

  /// `number` has no bits above the width.
  @inline(__always)
  mutating func append(_ number: UInt64) {
    pending |= number &<< filled
    let total = filled &+ width
    if total < 64 {
      filled = total
      return
    }
    output.storeBytes(of: pending.littleEndian, as: UInt64.self)
    output += 8
    pending = filled == 0 ? 0 : number &>> (64 &- filled)
    filled = total &- 64
  }

  /// Writes the bits that are left, in whole bytes.
  mutating func finish() {
    for i in 0..<Int(filled + 7) / 8 {
      output.storeBytes(of: UInt8(truncatingIfNeeded: pending >> UInt64(8 * i)), toByteOffset: i, as: UInt8.self)
    }
  }
}
