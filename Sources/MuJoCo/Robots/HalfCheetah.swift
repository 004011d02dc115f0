import Randomness

/// A two-legged half of a cheetah that is to run: Gymnasium's HalfCheetah-v5, after Wawrzyński 2009.
package struct HalfCheetah: PlanarRobot {
  package static let file = "half_cheetah.xml"
  package static let size = ModelSize(positions: 9, velocities: 9, bodies: 8)
  package static let actions: (count: Int, bound: Float) = (6, 1)
  package static let rewardThreshold: Double? = 4800
  package static let leastSize = ModelSize(positions: 2, velocities: 1, bodies: 1)

  package let options: Locomotion
  package init(_ options: Locomotion) { self.options = options }

  package func begin(_ simulation: Simulation, using generator: inout PCG64) {
    let scale = options.resetNoiseScale
    simulation.disturb(scale, using: &generator) { scale * $0.standardNormal() }
  }
}
