import Randomness

@testable import RLCore

/// The smallest world of every action space: the action that equals the observation is the best one.
///
/// Discrete parts pay 1 where they agree; a box pays minus the square of the difference. An episode has ten steps.
struct IdentityWorld: Environment {
  struct State: Sendable, Codable {
    var wanted: [Float]
    var step = 0
  }

  let specification: EnvironmentSpecification
  private let actions: Space

  init(_ actions: Space) {
    self.actions = actions
    let observations: Space =
      switch actions {
      case .discrete(let count, _): .discrete(count: count)
      default: actions
      }
    specification = EnvironmentSpecification(id: "Identity-v0", observationSpace: observations, actionSpace: actions)
  }

  private func draw(using generator: inout PCG64) -> [Float] {
    switch actions {
    case .discrete(let count, _): [Float(generator.integers(0, count))]
    case .multiDiscrete(let counts): counts.map { Float(generator.integers(0, $0)) }
    case .multiBinary(let count): (0..<count).map { _ in Float(generator.integers(0, 2)) }
    case .box(let low, let high): low.indices.map { low[$0] + Float(generator.random()) * (high[$0] - low[$0]) }
    case .tuple, .dict: fatalError("no agent chooses these")
    }
  }

  func reset(using generator: inout PCG64) -> State { State(wanted: draw(using: &generator)) }

  func step(_ state: inout State, action: Span<Float>, using generator: inout PCG64) -> Outcome {
    var reward = 0.0
    for i in action.indices {
      if case .box(let low, let high) = actions {
        let error = Double((min(max(action[i], low[i]), high[i]) - state.wanted[i]) / (high[i] - low[i]))
        reward -= 4 * error * error
      } else if case .discrete(_, let start) = actions {
        reward += action[i] - Float(start) == state.wanted[i] ? 1 : 0
      } else {
        reward += action[i] == state.wanted[i] ? 1 : 0
      }
    }
    state.step += 1
    state.wanted = draw(using: &generator)
    return Outcome(reward: reward, ending: state.step == 10 ? .terminated : .none)
  }

  func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    for i in observation.indices { observation[i] = state.wanted[i] }
  }
}
