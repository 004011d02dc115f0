import RLCore
import Randomness

/// A pole on a cart that is to stay upright: Gymnasium's InvertedPendulum-v5.
package struct InvertedPendulum: Robot {
  package static let file = "inverted_pendulum.xml"
  package static let size = ModelSize(positions: 2, velocities: 2, bodies: 3)
  package static let actions: (count: Int, bound: Float) = (1, 3)
  package static let rewardThreshold: Double? = 950
  package static let leastSize = ModelSize(positions: 2, velocities: 1, bodies: 1)

  package let xmlFile: String?
  package let frameSkip: Int
  let resetNoiseScale: Double

  package init(xmlFile: String?, frameSkip: Int, resetNoiseScale: Double) {
    (self.xmlFile, self.frameSkip, self.resetNoiseScale) = (xmlFile, frameSkip, resetNoiseScale)
  }

  package func observationWidth(_ size: ModelSize) -> Int { size.positions + size.velocities }

  package func begin(_ simulation: Simulation, using generator: inout PCG64) {
    let scale = resetNoiseScale
    simulation.disturb(scale, using: &generator) { $0.uniform(-scale, scale) }
  }

  package func outcome(
    _ simulation: Simulation, from position: Double, seconds: Double, action: Span<Float>
  ) -> Outcome {
    let isUp =
      areFinite(simulation.qpos, simulation.positions) && areFinite(simulation.qvel, simulation.velocities)
      && abs(simulation.qpos[1]) <= 0.2
    return Outcome(reward: isUp ? 1 : 0, ending: isUp ? .none : .terminated)
  }

  package func observe(_ simulation: Simulation, into observation: UnsafeMutablePointer<Double>) {
    var writer = ObservationWriter(observation)
    writer.write(simulation.qpos, 0..<simulation.positions)
    writer.write(simulation.qvel, 0..<simulation.velocities)
  }
}
