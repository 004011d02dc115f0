import RLCore
import Randomness

/// A room to be kept at 20 °C by a heater that is off, half on or on, while the weather changes.
///
/// A step is a quarter of an hour, an episode a day. A room below 5 °C ends it: the pipes freeze.
struct Thermostat: Environment {
  /// Everything that changes between steps. A value: a copy of it is a snapshot.
  struct State: Sendable, Codable {
    /// °C
    var inside, outside: Double
  }

  /// What is fixed. The time limit is applied by whoever steps the environment.
  let specification = EnvironmentSpecification(
    id: "Thermostat-v0", observationSpace: .box(low: [-4, -4], high: [4, 4]), actionSpace: .discrete(count: 3),
    timeLimit: 96, rewardThreshold: 80)

  /// All chance comes from `generator`: equal seeds give equal episodes.
  func reset(using generator: inout PCG64) -> State {
    State(inside: generator.uniform(12, 28), outside: generator.uniform(-10, 15))
  }

  func step(_ state: inout State, action: Span<Float>, using generator: inout PCG64) -> Outcome {
    let heating = 1.5 * Double(action[0])
    state.inside += heating - 0.1 * (state.inside - state.outside)
    state.outside = min(max(state.outside + generator.uniform(-0.5, 0.5), -10), 15)
    let hasFrozen = state.inside < 5
    let comfort = max(0, 1 - abs(state.inside - 20) / 5)
    return Outcome(reward: comfort, ending: hasFrozen ? .terminated : .none)
  }

  /// Ten degrees are 1, for networks like numbers of order one.
  func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    observation[0] = Float((state.inside - 20) / 10)
    observation[1] = Float(state.outside / 10)
  }
}
