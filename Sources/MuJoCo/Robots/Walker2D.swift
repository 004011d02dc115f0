import RLCore
import Randomness

/// Two legs that are to walk in a plane: Gymnasium's Walker2d-v5, after Erez, Tassa and Todorov 2011.
package struct Walker2D: Robot {
  package static let file = "walker2d_v5.xml"
  package static let size = ModelSize(positions: 9, velocities: 9, bodies: 8)
  package static let actions: (count: Int, bound: Float) = (6, 1)
  package static let leastSize = ModelSize(positions: 3, velocities: 1, bodies: 1)

  let options: Locomotion
  let health: Health
  let healthyHeight, healthyAngle: ClosedRange<Double>

  package init(
    _ options: Locomotion, health: Health, height: ClosedRange<Double>, angle: ClosedRange<Double>
  ) {
    (self.options, self.health) = (options, health)
    (healthyHeight, healthyAngle) = (height, angle)
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
    isInside(simulation.qpos[1], healthyHeight) && isInside(simulation.qpos[2], healthyAngle)
  }

  package func observe(_ simulation: Simulation, into observation: UnsafeMutablePointer<Double>) {
    var writer = ObservationWriter(observation)
    writer.write(simulation.qpos, (options.excludesPosition ? 1 : 0)..<simulation.positions)
    writer.write(simulation.qvel, 0..<simulation.velocities, clippedTo: -10...10)
  }
}
