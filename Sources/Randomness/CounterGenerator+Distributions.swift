import Glibc

extension CounterGenerator {
  /// A number in `[0, 1)`, a multiple of 2⁻²⁴.
  @inlinable
  public mutating func uniform() -> Float {
    Float(next32() >> 8) * 0x1p-24
  }

  /// A number in `[0, 1)`, a multiple of 2⁻⁵³.
  @inlinable
  public mutating func uniformDouble() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// A standard normal number: the inverse of the normal distribution function at a 32-bit uniform number.
  ///
  /// One word a draw and no rejection, so draw k of a stream is always word k. The largest magnitude is 6.34. Source:
  /// M. J. Wichura, "Algorithm AS 241: The Percentage Points of the Normal Distribution" (1988), PPND7, whose relative
  /// error is about 1e-7.
  @inlinable
  public mutating func normal() -> Float {
    let centred = (Double(next32()) + 0.5) * 0x1p-32 - 0.5
    guard centred.magnitude <= 0.425 else { return Float(normalTail(centred)) }
    let r = 0.180625 - centred * centred
    let above = ((59.109374720 * r + 159.29113202) * r + 50.434271938) * r + 3.3871327179
    let below = ((67.187563600 * r + 78.757757664) * r + 17.895169469) * r + 1
    return Float(centred * above / below)
  }

  /// An integer in `0 ..< count`, unbiased (Lemire 2019). Traps unless `count > 0`.
  @inlinable
  public mutating func integer(below count: Int) -> Int {
    guard count > 0 else { fatalError("integer(below:) needs a positive count, not \(count)") }
    guard count <= Int(UInt32.max) else { return Int(integer(below: UInt64(count))) }
    let bound = UInt32(truncatingIfNeeded: count)
    var product = UInt64(next32()) &* UInt64(bound)
    if UInt32(truncatingIfNeeded: product) < bound {
      let threshold = (0 &- bound) % bound
      while UInt32(truncatingIfNeeded: product) < threshold { product = UInt64(next32()) &* UInt64(bound) }
    }
    return Int(truncatingIfNeeded: product >> 32)
  }

  /// Puts `elements` into random order (Fisher and Yates), in place.
  @inlinable
  public mutating func shuffle(_ elements: inout MutableSpan<Int32>) {
    var index = elements.count - 1
    while index > 0 {
      elements.swapAt(index, integer(below: index + 1))
      index -= 1
    }
  }

  @usableFromInline
  mutating func integer(below count: UInt64) -> UInt64 {
    var product = next().multipliedFullWidth(by: count)
    if product.low < count {
      let threshold = (0 &- count) % count
      while product.low < threshold { product = next().multipliedFullWidth(by: count) }
    }
    return product.high
  }
}

/// The part of Wichura's PPND7 for probabilities below 0.075 and above 0.925; `centred` is the probability less a half.
@usableFromInline
func normalTail(_ centred: Double) -> Double {
  let r = (-log(0.5 - centred.magnitude)).squareRoot()
  let magnitude: Double
  if r <= 5 {
    let s = r - 1.6
    magnitude =
      (((0.17023821103 * s + 1.3067284816) * s + 2.7568153900) * s + 1.4234372777)
      / ((0.12021132975 * s + 0.73700164250) * s + 1)
  } else {
    let s = r - 5
    magnitude =
      (((0.017337203997 * s + 0.42868294337) * s + 3.0812263860) * s + 6.6579051150)
      / ((0.012258202635 * s + 0.24197894225) * s + 1)
  }
  return centred < 0 ? -magnitude : magnitude
}
