import RLCore
import Randomness

/// A two-legged half of a cheetah that is to run: Gymnasium's HalfCheetah-v5, after Wawrzyński 2009.
package struct HalfCheetah: Robot {
  package static let file = "half_cheetah.xml"
  package static let size = ModelSize(positions: 9, velocities: 9, bodies: 8)
  package static let actions: (count: Int, bound: Float) = (6, 1)
  package static let rewardThreshold: Double? = 4800
  package static let leastSize = ModelSize(positions: 2, velocities: 1, bodies: 1)

  let options: Locomotion
  package init(_ options: Locomotion) { self.options = options }

  package var xmlFile: String? { options.xmlFile }
  package var frameSkip: Int { options.frameSkip }

  package func observationWidth(_ size: ModelSize) -> Int {
    size.positions + size.velocities - (options.excludesPosition ? 1 : 0)
  }

  package func begin(_ simulation: Simulation, using generator: inout PCG64) {
    let scale = options.resetNoiseScale
    simulation.disturb(scale, using: &generator) { scale * $0.standardNormal() }
  }

  package func outcome(
    _ simulation: Simulation, from position: Double, seconds: Double, action: Span<Float>
  ) -> Outcome {
    let forward = options.forwardReward(from: position, to: simulation.qpos[0], seconds: seconds)
    return Outcome(reward: forward - options.controlCost(action), ending: .none)
  }

  package func observe(_ simulation: Simulation, into observation: UnsafeMutablePointer<Double>) {
    var writer = ObservationWriter(observation)
    writer.write(simulation.qpos, (options.excludesPosition ? 1 : 0)..<simulation.positions)
    writer.write(simulation.qvel, 0..<simulation.velocities)
  }
}
