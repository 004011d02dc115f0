import RLCore
import Randomness

/// A robot that moves in a plane and is rewarded for getting forward: what HalfCheetah, Hopper, Swimmer and Walker2d have in
/// common.
package protocol PlanarRobot: Robot {
  var options: Locomotion { get }
  /// nil for a robot that cannot fall.
  var health: Health? { get }
  /// The first positions, which say where it is and are not observed by default.
  static var hiddenPositions: Int { get }
  /// What observed velocities are clipped to.
  static var velocities: ClosedRange<Double> { get }

  func isHealthy(_ simulation: Simulation) -> Bool
}

extension PlanarRobot {
  package var health: Health? { nil }
  package static var hiddenPositions: Int { 1 }
  package static var velocities: ClosedRange<Double> { -.infinity ... .infinity }
  package func isHealthy(_ simulation: Simulation) -> Bool { true }

  package var xmlFile: String? { options.xmlFile }
  package var frameSkip: Int { options.frameSkip }

  private var firstPosition: Int { options.excludesPosition ? Self.hiddenPositions : 0 }

  package func observationWidth(_ size: ModelSize) -> Int { size.positions + size.velocities - firstPosition }

  package func begin(_ simulation: Simulation, using generator: inout PCG64) {
    let scale = options.resetNoiseScale
    simulation.disturb(scale, using: &generator) { $0.uniform(-scale, scale) }
  }

  package func outcome(
    _ simulation: Simulation, from position: Double, seconds: Double, action: Span<Float>
  ) -> Outcome {
    let forward = options.forwardReward(from: position, to: simulation.qpos[0], seconds: seconds)
    guard let health else { return Outcome(reward: forward - options.controlCost(action), ending: .none) }
    let isHealthy = isHealthy(simulation)
    return Outcome(
      reward: forward + health.reward(isHealthy) - options.controlCost(action), ending: health.ending(isHealthy))
  }

  package func observe(_ simulation: Simulation, into observation: UnsafeMutablePointer<Double>) {
    var writer = ObservationWriter(observation)
    writer.write(simulation.qpos, firstPosition..<simulation.positions)
    writer.write(simulation.qvel, 0..<simulation.velocities, clippedTo: Self.velocities)
  }
}
