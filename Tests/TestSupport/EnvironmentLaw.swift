import RLCore
import Randomness

/// What every environment keeps to, whoever wrote it.
public enum EnvironmentLaw: String, Sendable, CaseIterable {
  case spaces = "every observation, first, later or final, lies in the observation space"
  case finiteRewards = "every reward is a finite number"
  case cleanReset = "after a reset every reward is 0 and every ending is none"
  case determinism = "equal seeds and actions give equal columns, however the vector was used before"
  case seeding = "copy i of a reset with seed s plays what a single copy plays from seed s + i"
  case limits = "an episode is cut at its limit and nowhere else"
  case snapshot = "a vector that takes up a snapshot goes on as the one it was taken from"
  case rules = "a vector gives what its rules give when stepped one by one"
  case values = "a copied state does not change when the original is stepped"
  case variety = "different seeds give different episodes, unless the rules draw nothing"
}

/// A law that an environment broke.
public struct Violation: Sendable, Hashable, CustomStringConvertible {
  public var law: EnvironmentLaw
  /// Where, and what was found.
  public var evidence: String

  public var description: String { "\(law.rawValue): \(evidence)" }
}

/// The laws that an environment breaks, each at most once, over some episodes of random actions.
///
/// `vector` makes vectors of `world`; without it they are `EnvironmentVector`s.
public func violations<World: Environment>(
  of world: World, seed: UInt64 = 20, steps: Int = 700,
  vector: (Int) -> any VectorEnvironment
) -> [Violation] {
  let found =
    columnViolations(seed: seed, steps: steps, vector: vector)
    + repetitionViolations(seed: seed, steps: steps, vector: vector)
    + ruleViolations(of: world, seed: seed, steps: steps, vector: vector)
  var laws: Set<EnvironmentLaw> = []
  return found.filter { laws.insert($0.law).inserted }
}

public func violations<World: Environment>(of world: World, seed: UInt64 = 20, steps: Int = 700) -> [Violation] {
  violations(of: world, seed: seed, steps: steps) { EnvironmentVector(world, count: $0) }
}

extension Space {
  /// A random member: uniform where the space is bounded, ±1 around a bound or normal where it is not.
  func sample(using generator: inout CounterGenerator) -> [Float] {
    switch self {
    case .discrete(let count, let start): [Float(start + generator.integer(below: count))]
    case .multiDiscrete(let counts): counts.map { Float(generator.integer(below: $0)) }
    case .multiBinary(let count): (0..<count).map { _ in Float(generator.integer(below: 2)) }
    case .box(let low, let high):
      zip(low, high).map { low, high in
        switch (low.isFinite, high.isFinite) {
        case (true, true): min(high, low + (high - low) * generator.uniform())
        case (true, false): low + generator.uniform()
        case (false, true): high - generator.uniform()
        case (false, false): generator.normal()
        }
      }
    }
  }
}
