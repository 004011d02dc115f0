import CMuJoCo
import Glibc
import RLCore
import Randomness

/// Two poles on a cart, one upon the other, that are to stay upright: Gymnasium's InvertedDoublePendulum-v5.
package struct InvertedDoublePendulum: Robot {
  package static let file = "inverted_double_pendulum.xml"
  package static let size = ModelSize(positions: 3, velocities: 3, bodies: 4, sites: 1)
  package static let actions: (count: Int, bound: Float) = (1, 1)
  package static let rewardThreshold: Double? = 9100
  package static let leastSize = ModelSize(positions: 3, velocities: 3, bodies: 1, sites: 1)

  package let xmlFile: String?
  package let frameSkip: Int
  let healthyReward, resetNoiseScale: Double

  package init(xmlFile: String?, frameSkip: Int, healthyReward: Double, resetNoiseScale: Double) {
    (self.xmlFile, self.frameSkip) = (xmlFile, frameSkip)
    (self.healthyReward, self.resetNoiseScale) = (healthyReward, resetNoiseScale)
  }

  package func observationWidth(_ size: ModelSize) -> Int { 2 * size.positions + size.velocities }

  package func begin(_ simulation: Simulation, using generator: inout PCG64) {
    let scale = resetNoiseScale
    simulation.disturb(scale, using: &generator) { scale * $0.standardNormal() }
  }

  package func outcome(
    _ simulation: Simulation, from position: Double, seconds: Double, action: Span<Float>
  ) -> Outcome {
    let (x, y) = (simulation.siteXpos[0], simulation.siteXpos[2])
    let (lower, upper) = (simulation.qvel[1], simulation.qvel[2])
    let isDown = y <= 1
    let distancePenalty = 0.01 * square(x) + square(y - 2)
    let speedPenalty = 1e-3 * square(lower) + 5e-3 * square(upper)
    let bonus = isDown ? 0 : healthyReward
    return Outcome(reward: bonus - distancePenalty - speedPenalty, ending: isDown ? .terminated : .none)
  }

  /// Python's `x**2`.
  private func square(_ value: Double) -> Double { rl_mujoco_power(value, 2) }

  package func observe(_ simulation: Simulation, into observation: UnsafeMutablePointer<Double>) {
    var writer = ObservationWriter(observation)
    writer.write(simulation.qpos[0])
    for angle in 1..<simulation.positions { writer.write(sin(simulation.qpos[angle])) }
    for angle in 1..<simulation.positions { writer.write(cos(simulation.qpos[angle])) }
    writer.write(simulation.qvel, 0..<simulation.velocities, clippedTo: -10...10)
    writer.write(simulation.qfrcConstraint, 0..<1, clippedTo: -10...10)
  }
}
