import RLCore
import Randomness

/// Moore's mountain car (1990) with a force that is a number in −1 … 1, with Gymnasium's numerics: the state is double
/// at the start of an episode and single precision from the first step on.
///
/// Forces beyond ±1 are clipped; the reward's cost is that of the force as given.
package struct MountainCarContinuous: Environment {
  package struct State: Sendable, Codable, Hashable {
    package var position, velocity: Double
    /// Whether the episode has just begun, so that the state is not rounded to single precision yet.
    var isFirst: Bool
  }

  package let specification: EnvironmentSpecification
  let goalVelocity: Double

  init(id: String, goalVelocity: Double) {
    specification = EnvironmentSpecification(
      id: id, observationSpace: .box(low: [-1.2, -0.07], high: [0.6, 0.07]), actionSpace: .box(low: [-1], high: [1]),
      timeLimit: 999, rewardThreshold: 90)
    self.goalVelocity = goalVelocity
  }

  private static let power = 0.0015

  package func reset(using generator: inout PCG64) -> State {
    State(position: generator.uniform(-0.6, -0.4), velocity: 0, isFirst: true)
  }

  package func step(_ state: inout State, action: Span<Float>, using generator: inout PCG64) -> Outcome {
    let hasArrived: Bool
    if state.isFirst {
      hasArrived = advance(&state, by: action[0], in: Double.self)
    } else {
      hasArrived = advance(&state, by: action[0], in: Float.self)
    }
    let cost = Double(action[0]) * Double(action[0]) * 0.1
    return Outcome(reward: (hasArrived ? 100 : 0) - cost, ending: hasArrived ? .terminated : .none)
  }

  /// Moves the car, computing with `Real` as NumPy does where a number of that type meets Python's doubles: each double
  /// is rounded to `Real` just before they meet. A clipped force is a double, another one single precision.
  private func advance<Real: BinaryFloatingPoint>(_ state: inout State, by force: Float, in _: Real.Type) -> Bool {
    var (position, velocity) = (Real(state.position), Real(state.velocity))
    let slope = 0.0025 * sineAndCosine(Double(3 * position)).cosine
    velocity +=
      abs(force) > 1
      ? Real((force > 0 ? Self.power : -Self.power) - slope) : Real(force * Float(Self.power) - Float(slope))
    velocity = min(max(velocity, Real(-0.07)), Real(0.07))
    position = min(max(position + velocity, Real(-1.2)), Real(0.6))
    if position == Real(-1.2), velocity < 0 { velocity = 0 }
    state = State(position: Double(Float(position)), velocity: Double(Float(velocity)), isFirst: false)
    return position >= Real(0.45) && velocity >= Real(goalVelocity)
  }

  package func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    observation[0] = Float(state.position)
    observation[1] = Float(state.velocity)
  }
}
