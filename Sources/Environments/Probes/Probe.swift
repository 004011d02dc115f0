import RLCore
import Randomness

/// The smallest environments, each of which only one part of an agent can get wrong; solved in seconds.
///
/// An idea of A. Jones, "Debugging RL, Without the Agonizing Pain" (2021).
package struct Probe: Environment {
  /// What there is to learn.
  package enum Kind: Sendable, CaseIterable {
    /// One step, observation 0, reward 1 whatever is done: only the value can be wrong.
    case constantReward
    /// One step, observation ±1, reward equal to it: the value must depend on the observation.
    case observedReward
    /// Two steps, observation 0 then 1, reward 1 at the end: V(0) must be γ.
    case delayedReward
    /// One step, observation 0, reward 1 for action 1 and −1 for action 0: the policy must learn.
    case chosenReward
    /// One step, observation ±1, reward 1 where the action agrees (1 for +1, 0 for −1) and −1 else: policy and
    /// observation together.
    case matchedReward
  }

  package struct State: Sendable, Codable, Hashable {
    var observation: Float
    var step: Int
  }

  package let specification: EnvironmentSpecification
  private let kind: Kind

  init(_ kind: Kind, id: String) {
    self.kind = kind
    let threshold: Double? =
      switch kind {
      case .chosenReward, .matchedReward: 1
      case .constantReward, .observedReward, .delayedReward: nil
      }
    specification = EnvironmentSpecification(
      id: id, observationSpace: .box(low: [-1], high: [1]), actionSpace: .discrete(count: 2), timeLimit: 2,
      rewardThreshold: threshold)
  }

  package func reset(using generator: inout PCG64) -> State {
    switch kind {
    case .constantReward, .delayedReward, .chosenReward: State(observation: 0, step: 0)
    case .observedReward, .matchedReward: State(observation: generator.integers(0, 2) == 1 ? 1 : -1, step: 0)
    }
  }

  package func step(_ state: inout State, action: Span<Float>, using generator: inout PCG64) -> Outcome {
    state.step += 1
    let choice: Float = action[0] == 1 ? 1 : -1
    switch kind {
    case .constantReward: return Outcome(reward: 1, ending: .terminated)
    case .observedReward: return Outcome(reward: Double(state.observation), ending: .terminated)
    case .chosenReward: return Outcome(reward: Double(choice), ending: .terminated)
    case .matchedReward: return Outcome(reward: choice == state.observation ? 1 : -1, ending: .terminated)
    case .delayedReward:
      state.observation = 1
      return state.step == 1 ? Outcome(reward: 0, ending: .none) : Outcome(reward: 1, ending: .terminated)
    }
  }

  package func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    observation[0] = state.observation
  }
}
