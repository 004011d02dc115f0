import RLCore
import Randomness

/// Three segments that are to swim by bending: Gymnasium's Swimmer-v5, after Coulom 2002.
package struct Swimmer: Robot {
  package static let file = "swimmer.xml"
  package static let size = ModelSize(positions: 5, velocities: 5, bodies: 4)
  package static let actions: (count: Int, bound: Float) = (2, 1)
  package static let rewardThreshold: Double? = 360
  package static let leastSize = ModelSize(positions: 3, velocities: 1, bodies: 1)

  let options: Locomotion
  package init(_ options: Locomotion) { self.options = options }

  package var xmlFile: String? { options.xmlFile }
  package var frameSkip: Int { options.frameSkip }

  package func observationWidth(_ size: ModelSize) -> Int {
    size.positions + size.velocities - (options.excludesPosition ? 2 : 0)
  }

  package func begin(_ simulation: Simulation, using generator: inout PCG64) {
    let scale = options.resetNoiseScale
    simulation.disturb(scale, using: &generator) { $0.uniform(-scale, scale) }
  }

  package func outcome(
    _ simulation: Simulation, from position: Double, seconds: Double, action: Span<Float>
  ) -> Outcome {
    let forward = options.forwardReward(from: position, to: simulation.qpos[0], seconds: seconds)
    return Outcome(reward: forward - options.controlCost(action), ending: .none)
  }

  package func observe(_ simulation: Simulation, into observation: UnsafeMutablePointer<Double>) {
    var writer = ObservationWriter(observation)
    writer.write(simulation.qpos, (options.excludesPosition ? 2 : 0)..<simulation.positions)
    writer.write(simulation.qvel, 0..<simulation.velocities)
  }
}
