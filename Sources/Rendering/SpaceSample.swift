import RLCore
import Randomness

extension Space {
  /// A random member, `[width]`: uniform within bounds; within ±1 and clipped where a component lacks one.
  func sample(using generator: inout PCG64) -> [Float] {
    switch self {
    case .discrete(let count, let start): return [Float(start + generator.integers(0, count))]
    case .multiDiscrete(let counts): return counts.map { Float(generator.integers(0, $0)) }
    case .multiBinary(let count): return (0..<count).map { _ in Float(generator.integers(0, 2)) }
    case .box(let low, let high):
      return zip(low, high).map { low, high in
        guard low.isFinite, high.isFinite else { return min(max(Float(generator.uniform(-1, 1)), low), high) }
        return Float(generator.uniform(Double(low), Double(high)))
      }
    }
  }
}
