import RLCore
import Randomness

/// An arm that is to push a cylinder to a place: Gymnasium's Pusher-v5.
package struct Pusher: Robot {
  package static let file = "pusher_v5.xml"
  package static let size = ModelSize(positions: 11, velocities: 11, bodies: 13)
  package static let actions: (count: Int, bound: Float) = (7, 2)
  package static let timeLimit = 100
  package static let rewardThreshold: Double? = 0
  package static let leastSize = ModelSize(positions: 7, velocities: 7, bodies: 4)
  package static let bodies: [StaticString] = ["object", "tips_arm", "goal"]

  package let xmlFile: String?
  package let frameSkip: Int
  let nearWeight, distanceWeight, controlWeight: Double

  package init(xmlFile: String?, frameSkip: Int, nearWeight: Double, distanceWeight: Double, controlWeight: Double) {
    (self.xmlFile, self.frameSkip) = (xmlFile, frameSkip)
    (self.nearWeight, self.distanceWeight, self.controlWeight) = (nearWeight, distanceWeight, controlWeight)
  }

  package func observationWidth(_ size: ModelSize) -> Int { 23 }

  package func begin(_ simulation: Simulation, using generator: inout PCG64) {
    let (positions, velocities) = (simulation.positions, simulation.velocities)
    simulation.rest()
    // The last four positions are the cylinder's and the goal's. It does not begin there.
    var (x, y): (Double, Double)
    repeat {
      x = generator.uniform(-0.3, 0)
      y = generator.uniform(-0.2, 0.2)
    } while length(x, y) <= 0.17
    (simulation.qpos[positions - 4], simulation.qpos[positions - 3]) = (x, y)
    (simulation.qpos[positions - 2], simulation.qpos[positions - 1]) = (0, 0)
    for index in 0..<velocities { simulation.qvel[index] = 0 + generator.uniform(-0.005, 0.005) }
    for index in velocities - 4..<velocities { simulation.qvel[index] = 0 }
  }

  package func outcome(
    _ simulation: Simulation, from position: Double, seconds: Double, action: Span<Float>
  ) -> Outcome {
    let object = simulation.place(of: Self.bodies[0])
    let near = -(object - simulation.place(of: Self.bodies[1])).length * nearWeight
    let distance = -(object - simulation.place(of: Self.bodies[2])).length * distanceWeight
    let control = Double(-sumOfSquares(action) * Float(controlWeight))
    return Outcome(reward: distance + control + near, ending: .none)
  }

  package func observe(_ simulation: Simulation, into observation: UnsafeMutablePointer<Double>) {
    var writer = ObservationWriter(observation)
    writer.write(simulation.qpos, 0..<7)
    writer.write(simulation.qvel, 0..<7)
    writer.write(simulation.place(of: Self.bodies[1]))
    writer.write(simulation.place(of: Self.bodies[0]))
    writer.write(simulation.place(of: Self.bodies[2]))
  }
}
