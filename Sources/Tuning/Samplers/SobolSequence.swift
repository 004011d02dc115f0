import Randomness

/// Points that fill a cube evenly (Sobol' 1967), in the order of Gray codes, which begins as any other: every 2ᵐ points from a
/// multiple of 2ᵐ on have one in each of as many equal slices of a side.
///
/// Point k is found without the others. Scrambled, each side's binary digits are permuted in nested intervals (Owen 1995), by
/// the hash of Laine and Karras as B. Burley has it ("Practical Hash-based Owen Scrambling", 2020).
struct SobolSequence: Sendable {
  private let directions: [[UInt32]]
  /// A dimension's scrambling; none where the points are plain.
  private let scrambles: [UInt32]?
  /// Draws the dimensions after the last that has direction numbers.
  private let rest: CounterGenerator
  let dimensions: Int

  init(dimensions: Int, scrambledBy seed: SeedSequence?) {
    self.dimensions = dimensions
    directions = (0..<min(dimensions, SobolDirections.count)).map(SobolDirections.directions)
    var generator = CounterGenerator(seed ?? SeedSequence(0))
    rest = generator.split(0)
    scrambles = seed == nil ? nil : directions.map { _ in generator.next32() }
  }

  /// Point `index`, in [0, 1) on each side. Numbers from 2³² on begin again.
  func point(_ index: Int) -> [Double] {
    let number = UInt32(truncatingIfNeeded: index)
    let code = number ^ (number >> 1)
    var generator = rest.split(UInt64(number))
    return (0..<dimensions).map { dimension in
      guard dimension < directions.count else { return generator.uniformDouble() }
      var bits: UInt32 = 0
      var left = code
      while left != 0 {
        bits ^= directions[dimension][left.trailingZeroBitCount]
        left &= left - 1
      }
      if let scrambles { bits = Self.scrambled(bits, by: scrambles[dimension]) }
      return Double(bits) * 0x1p-32
    }
  }

  private static func scrambled(_ bits: UInt32, by seed: UInt32) -> UInt32 {
    var x = reversed(bits)
    x = x &+ seed
    x ^= x &* 0x6c50_b47c
    x ^= x &* 0xb82f_1e52
    x ^= x &* 0xc7af_e638
    x ^= x &* 0x8d22_f6e6
    return reversed(x)
  }

  private static func reversed(_ bits: UInt32) -> UInt32 {
    var x = bits.byteSwapped
    x = (x & 0x0f0f_0f0f) << 4 | (x >> 4) & 0x0f0f_0f0f
    x = (x & 0x3333_3333) << 2 | (x >> 2) & 0x3333_3333
    return (x & 0x5555_5555) << 1 | (x >> 1) & 0x5555_5555
  }
}
