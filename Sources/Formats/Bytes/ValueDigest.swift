/// Stands for a sequence of floats, bit for bit: equal sequences have equal digests, different ones nearly never.
package struct ValueDigest: Hashable, Sendable, Codable {
  @usableFromInline var state: UInt64 = 0

  package init() {}

  @inlinable @inline(__always)
  package mutating func take(_ value: Float) { take(UInt64(value.bitPattern)) }

  @inlinable @inline(__always)
  package mutating func take(_ bits: UInt64) {
    state = (state ^ bits) &* 0x9E37_79B9_7F4A_7C15
    state ^= state >> 29
  }
}
