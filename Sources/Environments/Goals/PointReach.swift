import RLCore
import Randomness

/// A point in a square that is pushed to a place: what reaching is to robots, without a robot.
///
/// Velocity is 0.9 of what it was and a twentieth of the push, whose components are clipped to ±1; borders stop the point. −1 a
/// step outside the tolerance, 0 inside, or the distance's negative where `isDense`. Episodes are cut after 50 steps.
package struct PointReach: GoalEnvironment {
  package struct State: Sendable, Codable, Hashable {
    package var x, y, speedX, speedY, goalX, goalY: Double
  }

  package let specification: EnvironmentSpecification
  let tolerance: Double
  private let isDense: Bool

  init(id: String, tolerance: Double, isDense: Bool) {
    (self.tolerance, self.isDense) = (tolerance, isDense)
    specification = EnvironmentSpecification(
      id: id,
      observationSpace: .goals(
        .box(low: [-1, -1], high: [1, 1]),
        observation: .box(low: [-1, -1, -0.5, -0.5], high: [1, 1, 0.5, 0.5])),
      actionSpace: .box(low: [-1, -1], high: [1, 1]), timeLimit: 50)
  }

  package func reset(using generator: inout PCG64) -> State {
    State(
      x: generator.uniform(-1, 1), y: generator.uniform(-1, 1), speedX: 0, speedY: 0, goalX: generator.uniform(-1, 1),
      goalY: generator.uniform(-1, 1))
  }

  package func step(_ state: inout State, action: Span<Float>, using generator: inout PCG64) -> Outcome {
    Self.move(&state.x, &state.speedX, action[0])
    Self.move(&state.y, &state.speedY, action[1])
    return Outcome(
      reward: reward(Float(state.x), Float(state.y), Float(state.goalX), Float(state.goalY)), ending: .none)
  }

  private static func move(_ position: inout Double, _ speed: inout Double, _ push: Float) {
    speed = 0.9 * speed + 0.05 * Double(min(max(push, -1), 1))
    position += speed
    if abs(position) > 1 { (position, speed) = (position > 0 ? 1 : -1, 0) }
  }

  package func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    (observation[0], observation[1]) = (Float(state.x), Float(state.y))
    (observation[2], observation[3]) = (Float(state.goalX), Float(state.goalY))
    (observation[4], observation[5]) = (Float(state.x), Float(state.y))
    (observation[6], observation[7]) = (Float(state.speedX), Float(state.speedY))
  }

  package func reward(achieved: Span<Float>, desired: Span<Float>) -> Double {
    reward(achieved[0], achieved[1], desired[0], desired[1])
  }

  /// Of what is observed, so that the reward of another goal has the very numbers.
  private func reward(_ x: Float, _ y: Float, _ goalX: Float, _ goalY: Float) -> Double {
    let (dx, dy) = (Double(x) - Double(goalX), Double(y) - Double(goalY))
    let distance = (dx * dx + dy * dy).squareRoot()
    return isDense ? -distance : distance <= tolerance ? 0 : -1
  }
}
