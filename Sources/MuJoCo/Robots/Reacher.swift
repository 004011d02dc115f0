import Glibc
import RLCore
import Randomness

/// An arm of two links that is to reach a point in a plane: Gymnasium's Reacher-v5.
package struct Reacher: Robot {
  package static let file = "reacher.xml"
  package static let size = ModelSize(positions: 4, velocities: 4, bodies: 5)
  package static let actions: (count: Int, bound: Float) = (2, 1)
  package static let timeLimit = 50
  package static let rewardThreshold: Double? = -3.75
  package static let leastSize = ModelSize(positions: 2, velocities: 2, bodies: 3)
  package static let bodies: [StaticString] = ["fingertip", "target"]

  package let xmlFile: String?
  package let frameSkip: Int
  let distanceWeight, controlWeight: Double

  package init(xmlFile: String?, frameSkip: Int, distanceWeight: Double, controlWeight: Double) {
    (self.xmlFile, self.frameSkip) = (xmlFile, frameSkip)
    (self.distanceWeight, self.controlWeight) = (distanceWeight, controlWeight)
  }

  package func observationWidth(_ size: ModelSize) -> Int { size.positions + 6 }

  package func begin(_ simulation: Simulation, using generator: inout PCG64) {
    let (positions, velocities) = (simulation.positions, simulation.velocities)
    simulation.rest()
    for index in 0..<positions { simulation.qpos[index] = generator.uniform(-0.1, 0.1) + simulation.qpos[index] }
    // The last two positions are the target's, in a circle.
    var (x, y): (Double, Double)
    repeat {
      x = generator.uniform(-0.2, 0.2)
      y = generator.uniform(-0.2, 0.2)
    } while length(x, y) >= 0.2
    (simulation.qpos[positions - 2], simulation.qpos[positions - 1]) = (x, y)
    for index in 0..<velocities { simulation.qvel[index] = 0 + generator.uniform(-0.005, 0.005) }
    for index in velocities - 2..<velocities { simulation.qvel[index] = 0 }
  }

  package func outcome(
    _ simulation: Simulation, from position: Double, seconds: Double, action: Span<Float>
  ) -> Outcome {
    let way = simulation.place(of: Self.bodies[0]) - simulation.place(of: Self.bodies[1])
    let distance = -way.length * distanceWeight
    return Outcome(reward: distance + Double(-sumOfSquares(action) * Float(controlWeight)), ending: .none)
  }

  package func observe(_ simulation: Simulation, into observation: UnsafeMutablePointer<Double>) {
    var writer = ObservationWriter(observation)
    for joint in 0..<2 { writer.write(cos(simulation.qpos[joint])) }
    for joint in 0..<2 { writer.write(sin(simulation.qpos[joint])) }
    writer.write(simulation.qpos, 2..<simulation.positions)
    writer.write(simulation.qvel, 0..<2)
    let way = simulation.place(of: Self.bodies[0]) - simulation.place(of: Self.bodies[1])
    writer.write(way.x)
    writer.write(way.y)
  }
}
