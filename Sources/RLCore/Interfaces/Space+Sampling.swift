import Foundation
import Randomness

extension Space {
  /// A random member, `[width]`.
  ///
  /// ```swift
  /// import Randomness
  ///
  /// var generator = PCG64(seed: 0)
  /// print(Space.discrete(count: 100).sample(using: &generator))  // [85.0]
  /// ```
  ///
  /// From a generator with the seed s it is what Gymnasium's `sample()` gives after `seed(s)` for `discrete`,
  /// `multiDiscrete`, `multiBinary` and a `box` whose components are bounded. A component that is bounded on one side is
  /// drawn from the exponential distribution, one without bounds from the normal one, as there but with other numbers.
  /// The parts of `tuple` and `dict` draw from the one generator in turn, where Gymnasium gives each its own. Traps on a
  /// space that has a `flaw`.
  public func sample(using generator: inout PCG64) -> [Float] {
    if let flaw { fatalError("nothing can be drawn from \(self), which \(flaw)") }
    switch self {
    case .discrete(let count, let start): return [Float(start + generator.integers(0, count))]
    case .multiDiscrete(let counts): return counts.map { Float((generator.random() * Double($0)).rounded(.down)) }
    case .multiBinary(let count):
      // NumPy's integers of eight bits: the top bit of each byte of a 32-bit word, the lowest byte first.
      var word: UInt32 = 0
      return (0..<count).map { index in
        word = index % 4 == 0 ? generator.next32() : word >> 8
        return Float(word >> 7 & 1)
      }
    case .box(let low, let high): return Self.sampleBox(low, high, using: &generator)
    case .tuple(let spaces), .dict(_, let spaces):
      var member: [Float] = []
      for space in spaces { member += space.sample(using: &generator) }
      return member
    }
  }

  /// First the components without bounds, then those with a lower one, with an upper one, with both.
  private static func sampleBox(_ low: [Float], _ high: [Float], using generator: inout PCG64) -> [Float] {
    var member = low
    func draw(_ isBelow: Bool, _ isAbove: Bool, _ value: (Int) -> Double) {
      for index in low.indices where (low[index] > -.infinity, high[index] < .infinity) == (isBelow, isAbove) {
        member[index] = Float(value(index))
      }
    }
    draw(false, false) { _ in generator.boxMullerNormal() }
    draw(true, false) { Double(low[$0]) - log(1 - generator.random()) }
    draw(false, true) { Double(high[$0]) + log(1 - generator.random()) }
    draw(true, true) { generator.uniform(Double(low[$0]), Double(high[$0])) }
    return member
  }
}
