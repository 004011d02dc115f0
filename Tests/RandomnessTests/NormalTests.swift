import Randomness
import Testing

@Suite struct NormalTests {
  /// Of half a million draws from NumPy 2.4, x = default_rng(seed).standard_normal(500_000): the first, the sum modulo 2^64 of
  /// i times the bits of the i-th, counted from 1, and how many lie in the tail, beyond 3.654.
  private static let recorded: [(seed: UInt64, first: Double, sum: UInt64, tail: Int)] = [
    (0, 0.1257302210933933, 0x36fb089a55127b0b, 136),
    (7, 0.0012301533574825742, 0x9667f4197c10d37d, 118),
    (1099511627776, -1.3670605025457785, 0xe8198682611e316c, 117),
  ]

  @Test(arguments: recorded)
  func `standard normal numbers are NumPy's`(seed: UInt64, first: Double, sum: UInt64, tail: Int) {
    var generator = PCG64(seed: seed)
    let draws = (0..<500_000).map { _ in generator.standardNormal() }
    #expect(draws[0] == first)
    #expect(draws.count { abs($0) > 3.6541528853610088 } == tail)
    #expect(draws.enumerated().reduce(UInt64(0)) { $0 &+ UInt64($1.offset + 1) &* $1.element.bitPattern } == sum)
  }
}
