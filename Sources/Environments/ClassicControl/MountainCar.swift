import RLCore
import Randomness

/// A car in a valley whose engine is too weak to climb the hill at once (Moore 1990), with Gymnasium's numerics: double
/// state, single-precision observations. Actions 0, 1, 2 push left, not at all and right.
package struct MountainCar: Environment {
  package struct State: Sendable, Codable, Hashable {
    package var position, velocity: Double
  }

  package let specification: EnvironmentSpecification
  let goalVelocity: Double

  init(id: String, goalVelocity: Double) {
    specification = EnvironmentSpecification(
      id: id, observationSpace: .box(low: [-1.2, -0.07], high: [0.6, 0.07]), actionSpace: .discrete(count: 3),
      timeLimit: 200, rewardThreshold: -110)
    self.goalVelocity = goalVelocity
  }

  private static let positions = -1.2...0.6
  private static let speedLimit = 0.07
  private static let goal = 0.5
  private static let force = 0.001
  private static let gravity = 0.0025

  package func reset(using generator: inout PCG64) -> State {
    State(position: generator.uniform(-0.6, -0.4), velocity: 0)
  }

  package func step(_ state: inout State, action: Span<Float>, using generator: inout PCG64) -> Outcome {
    let change = Double(action[0] - 1) * Self.force + sineAndCosine(3 * state.position).cosine * -Self.gravity
    state.velocity = min(max(state.velocity + change, -Self.speedLimit), Self.speedLimit)
    state.position = min(max(state.position + state.velocity, Self.positions.lowerBound), Self.positions.upperBound)
    if state.position == Self.positions.lowerBound, state.velocity < 0 { state.velocity = 0 }
    let hasArrived = state.position >= Self.goal && state.velocity >= goalVelocity
    return Outcome(reward: -1, ending: hasArrived ? .terminated : .none)
  }

  package func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    observation[0] = Float(state.position)
    observation[1] = Float(state.velocity)
  }
}
