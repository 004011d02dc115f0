import RLCore
import Randomness

/// A leg that is to hop forward: Gymnasium's Hopper-v5, after Erez, Tassa and Todorov 2011.
package struct Hopper: Robot {
  package static let file = "hopper.xml"
  package static let size = ModelSize(positions: 6, velocities: 6, bodies: 5)
  package static let actions: (count: Int, bound: Float) = (3, 1)
  package static let rewardThreshold: Double? = 3800
  package static let leastSize = ModelSize(positions: 3, velocities: 1, bodies: 1)

  let options: Locomotion
  let health: Health
  let healthyState, healthyHeight, healthyAngle: ClosedRange<Double>

  package init(
    _ options: Locomotion, health: Health, state: ClosedRange<Double>, height: ClosedRange<Double>,
    angle: ClosedRange<Double>
  ) {
    (self.options, self.health) = (options, health)
    (healthyState, healthyHeight, healthyAngle) = (state, height, angle)
  }

  package var xmlFile: String? { options.xmlFile }
  package var frameSkip: Int { options.frameSkip }

  package func observationWidth(_ size: ModelSize) -> Int {
    size.positions + size.velocities - (options.excludesPosition ? 1 : 0)
  }

  package func begin(_ simulation: Simulation, using generator: inout PCG64) {
    let scale = options.resetNoiseScale
    simulation.disturb(scale, using: &generator) { $0.uniform(-scale, scale) }
  }

  package func outcome(
    _ simulation: Simulation, from position: Double, seconds: Double, action: Span<Float>
  ) -> Outcome {
    let isHealthy = isHealthy(simulation)
    let forward = options.forwardReward(from: position, to: simulation.qpos[0], seconds: seconds)
    return Outcome(
      reward: forward + health.reward(isHealthy) - options.controlCost(action), ending: health.ending(isHealthy))
  }

  private func isHealthy(_ simulation: Simulation) -> Bool {
    areInside(simulation.qpos, 2..<simulation.positions, healthyState)
      && areInside(simulation.qvel, 0..<simulation.velocities, healthyState)
      && isInside(simulation.qpos[1], healthyHeight) && isInside(simulation.qpos[2], healthyAngle)
  }

  package func observe(_ simulation: Simulation, into observation: UnsafeMutablePointer<Double>) {
    var writer = ObservationWriter(observation)
    writer.write(simulation.qpos, (options.excludesPosition ? 1 : 0)..<simulation.positions)
    writer.write(simulation.qvel, 0..<simulation.velocities, clippedTo: -10...10)
  }
}
