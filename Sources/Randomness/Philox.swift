/// Philox4x32-10: a keyed bijection of 128-bit blocks whose outputs over successive counters are random numbers.
///
/// Source: J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, "Parallel Random Numbers: As Easy as 1, 2, 3" (SC 2011).
enum Philox {
  /// The first of the four words of a block lie in `.x`, and so on; lane i belongs to block i of four.
  struct Blocks {
    var x, y, z, w: SIMD4<UInt32>
  }

  /// The block at `counter` (low and high 64 bits) under `key`, as four words.
  static func block(counter: (UInt64, UInt64), key: UInt64) -> [UInt32] {
    let blocks = blocks(counter: counter, key: key)
    return [blocks.x[0], blocks.y[0], blocks.z[0], blocks.w[0]]
  }

  /// The four blocks from `counter` on under `key`, computed side by side.
  static func blocks(counter: (UInt64, UInt64), key: UInt64) -> Blocks {
    var (k0, k1) = (UInt32(truncatingIfNeeded: key), UInt32(truncatingIfNeeded: key >> 32))
    let low = SIMD4(repeating: counter.0) &+ SIMD4(0, 1, 2, 3)
    let high = SIMD4(repeating: counter.1)
    var block = Blocks(
      x: SIMD4(truncatingIfNeeded: low), y: SIMD4(truncatingIfNeeded: low &>> 32),
      z: SIMD4(truncatingIfNeeded: high), w: SIMD4(truncatingIfNeeded: high &>> 32))
    for _ in 0..<10 {
      let left = SIMD4<UInt64>(truncatingIfNeeded: block.x) &* 0xD251_1F53
      let right = SIMD4<UInt64>(truncatingIfNeeded: block.z) &* 0xCD9E_8D57
      block = Blocks(
        x: SIMD4(truncatingIfNeeded: right &>> 32) ^ block.y ^ k0, y: SIMD4(truncatingIfNeeded: right),
        z: SIMD4(truncatingIfNeeded: left &>> 32) ^ block.w ^ k1, w: SIMD4(truncatingIfNeeded: left))
      k0 &+= 0x9E37_79B9
      k1 &+= 0xBB67_AE85
    }
    return block
  }
}
