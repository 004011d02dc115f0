import Learning
import Randomness

/// Noise on the actions that an agent explores with, in units of actions scaled to −1 … 1.
package struct ExplorationNoise: Sendable, Codable {
  package enum Kind: String, Sendable, CaseIterable, Codable {
    case none
    /// Independent normal noise every step.
    case normal
    /// Noise that pulls back to 0 and remembers where it was in the episode (Uhlenbeck and Ornstein 1930), as DDPG's
    /// paper has it, with θ = 0.15 and a time step of 0.01.
    case ornsteinUhlenbeck = "ornstein-uhlenbeck"
  }

  private let kind: Kind
  private let deviation: Float
  /// `[N, A]`
  private var state: [Float]
  private var generator: CounterGenerator

  private static let theta: Float = 0.15
  private static let timeStep: Float = 0.01

  init(_ kind: Kind, deviation: Float, environmentCount: Int, width: Int, seed: SeedSequence) {
    self.kind = kind
    self.deviation = deviation
    state = Array(repeating: 0, count: environmentCount * width)
    generator = CounterGenerator(seed)
  }

  /// actions + noise, clipped to −1 … 1, for every environment, in place.
  mutating func add(to actions: UnsafeMutablePointer<Float>) {
    for i in state.indices {
      switch kind {
      case .none: break
      case .normal: state[i] = deviation * generator.normal()
      case .ornsteinUhlenbeck:
        state[i] += -Self.theta * state[i] * Self.timeStep + deviation * Self.timeStep.squareRoot() * generator.normal()
      }
      actions[i] = min(max(actions[i] + state[i], -1), 1)
    }
  }

  /// Environment number `copy` of `environmentCount` begins an episode.
  mutating func restart(_ copy: Int, of environmentCount: Int) {
    let width = state.count / environmentCount
    for i in copy * width..<(copy + 1) * width { state[i] = 0 }
  }

  /// Uniform actions, for before there is anything to learn from.
  mutating func uniform(into result: UnsafeMutablePointer<Float>) {
    for i in state.indices { result[i] = 2 * generator.uniform() - 1 }
  }
}
