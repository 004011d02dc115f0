import Foundation
import RLCore
import Randomness

/// A pendulum to be swung up by a torque too weak to lift it at once, with Gymnasium's numerics: double state, explicit
/// Euler at 0.05 s, single-precision torque and observations.
///
/// Torques beyond ±2 N m are clipped. An episode never terminates.
package struct Pendulum: Environment {
  package struct State: Sendable, Codable, Hashable {
    /// Radians from upright, radians a second.
    package var angle, angularVelocity: Double
  }

  package let specification: EnvironmentSpecification
  let gravity: Double

  init(id: String, gravity: Double) {
    specification = EnvironmentSpecification(
      id: id, observationSpace: .box(low: [-1, -1, -8], high: [1, 1, 8]), actionSpace: .box(low: [-2], high: [2]),
      timeLimit: 200)
    self.gravity = gravity
  }

  private static let speedLimit = 8.0
  private static let tau = 0.05

  package func reset(using generator: inout PCG64) -> State {
    let angle = generator.uniform(-.pi, .pi)
    return State(angle: angle, angularVelocity: generator.uniform(-1, 1))
  }

  package func step(_ state: inout State, action: Span<Float>, using generator: inout PCG64) -> Outcome {
    let torque = min(max(action[0], -2), 2)
    let angle = Self.normalized(state.angle)
    // Squares are products; those of Gymnasium are powers, whose last bit differs in one of a thousand.
    let cost =
      angle * angle + 0.1 * (state.angularVelocity * state.angularVelocity) + Double(0.001 * (torque * torque))
    let acceleration = 3 * gravity / 2 * sineAndCosine(state.angle).sine + Double(3 * torque)
    let velocity = min(max(state.angularVelocity + acceleration * Self.tau, -Self.speedLimit), Self.speedLimit)
    state = State(angle: state.angle + velocity * Self.tau, angularVelocity: velocity)
    return Outcome(reward: -cost, ending: .none)
  }

  /// The angle in −π ..< π. Python's remainder, which has the sign of the divisor.
  private static func normalized(_ angle: Double) -> Double {
    let remainder = fmod(angle + .pi, 2 * .pi)
    return (remainder < 0 ? remainder + 2 * .pi : remainder) - .pi
  }

  package func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    let (sine, cosine) = sineAndCosine(state.angle)
    observation[0] = Float(cosine)
    observation[1] = Float(sine)
    observation[2] = Float(state.angularVelocity)
  }
}
