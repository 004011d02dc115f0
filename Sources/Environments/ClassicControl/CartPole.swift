import RLCore
import Randomness

/// A pole on a cart that is pushed left or right (Barto, Sutton and Anderson 1983), with Gymnasium's numerics: double
/// state, explicit Euler at 0.02 s, single-precision observations.
package struct CartPole: Environment {
  package struct State: Sendable, Codable, Hashable {
    /// Metres, metres a second, radians from upright, radians a second.
    package var position, velocity, angle, angularVelocity: Double
  }

  package let specification: EnvironmentSpecification
  /// −1 for the step that fails and 0 for others, as in Sutton and Barto's book, instead of 1 for every step.
  let suttonBartoReward: Bool

  /// `id`, limit and threshold make the difference between CartPole-v0 and -v1.
  init(id: String, timeLimit: Int, threshold: Double, suttonBartoReward: Bool) {
    let high = [Float(2 * Self.positionLimit), .infinity, Float(2 * Self.angleLimit), .infinity]
    specification = EnvironmentSpecification(
      id: id, observationSpace: .box(low: high.map { -$0 }, high: high), actionSpace: .discrete(count: 2),
      timeLimit: timeLimit, rewardThreshold: threshold)
    self.suttonBartoReward = suttonBartoReward
  }

  private static let positionLimit = 2.4
  private static let angleLimit = 12 * 2 * Double.pi / 360
  private static let gravity = 9.8
  private static let poleMass = 0.1
  private static let totalMass = poleMass + 1.0
  /// Half the pole's length.
  private static let length = 0.5
  private static let force = 10.0
  private static let tau = 0.02

  package func reset(using generator: inout PCG64) -> State {
    func draw() -> Double { generator.uniform(-0.05, 0.05) }
    return State(position: draw(), velocity: draw(), angle: draw(), angularVelocity: draw())
  }

  package func step(_ state: inout State, action: Span<Float>, using generator: inout PCG64) -> Outcome {
    let force = action[0] == 1 ? Self.force : -Self.force
    let (sine, cosine) = sineAndCosine(state.angle)
    let poleMoment = Self.poleMass * Self.length
    let pull =
      (force + poleMoment * (state.angularVelocity * state.angularVelocity) * sine) / Self.totalMass
    let angularAcceleration =
      (Self.gravity * sine - cosine * pull)
      / (Self.length * (4.0 / 3.0 - Self.poleMass * (cosine * cosine) / Self.totalMass))
    let acceleration = pull - poleMoment * angularAcceleration * cosine / Self.totalMass

    state.position = state.position + Self.tau * state.velocity
    state.velocity = state.velocity + Self.tau * acceleration
    state.angle = state.angle + Self.tau * state.angularVelocity
    state.angularVelocity = state.angularVelocity + Self.tau * angularAcceleration

    let hasFailed = abs(state.position) > Self.positionLimit || abs(state.angle) > Self.angleLimit
    let reward = suttonBartoReward ? (hasFailed ? -1.0 : 0.0) : 1.0
    return Outcome(reward: reward, ending: hasFailed ? .terminated : .none)
  }

  package func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    observation[0] = Float(state.position)
    observation[1] = Float(state.velocity)
    observation[2] = Float(state.angle)
    observation[3] = Float(state.angularVelocity)
  }
}
