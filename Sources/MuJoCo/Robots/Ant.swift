import CMuJoCo
import RLCore
import Randomness

/// A torso on four legs that is to walk: Gymnasium's Ant-v5, after Schulman, Moritz, Levine, Jordan and Abbeel 2015.
package struct Ant: Robot {
  package static let file = "ant.xml"
  package static let size = ModelSize(positions: 15, velocities: 14, bodies: 14)
  package static let actions: (count: Int, bound: Float) = (8, 1)
  package static let rewardThreshold: Double? = 6000
  package static let leastSize = ModelSize(positions: 3, velocities: 1, bodies: 2)
  package static let readsContactForces = true

  let options: Locomotion
  let health: Health
  let healthyHeight, contactForces: ClosedRange<Double>
  let contactCostWeight: Double
  let mainBody: String
  /// nil where it is a name.
  private let mainNumber: Int?
  let includesContactForces: Bool

  package init(
    _ options: Locomotion, health: Health, height: ClosedRange<Double>, contactForces: ClosedRange<Double>,
    contactCostWeight: Double, mainBody: String, includesContactForces: Bool
  ) {
    (self.options, self.health, healthyHeight) = (options, health, height)
    (self.contactForces, self.contactCostWeight) = (contactForces, contactCostWeight)
    (self.mainBody, mainNumber, self.includesContactForces) = (mainBody, Int(mainBody), includesContactForces)
  }

  package var xmlFile: String? { options.xmlFile }
  package var frameSkip: Int { options.frameSkip }

  package func observationWidth(_ size: ModelSize) -> Int {
    size.positions + size.velocities - (options.excludesPosition ? 2 : 0)
      + (includesContactForces ? 6 * (size.bodies - 1) : 0)
  }

  package func flaw(of model: Model) -> String? {
    if let number = mainNumber {
      return (0..<model.size.bodies).contains(number)
        ? nil : "has \(model.size.bodies) bodies, of which main_body=\(number) is none"
    }
    return model.body(named: mainBody) == nil ? "has no body '\(mainBody)', which main_body names" : nil
  }

  package func begin(_ simulation: Simulation, using generator: inout PCG64) {
    let scale = options.resetNoiseScale
    simulation.disturb(scale, using: &generator) { scale * $0.standardNormal() }
  }

  package func position(_ simulation: Simulation) -> Double {
    simulation.place(of: mainNumber ?? simulation.model.body(named: mainBody)!).x
  }

  package func outcome(
    _ simulation: Simulation, from position: Double, seconds: Double, action: Span<Float>
  ) -> Outcome {
    let isHealthy = isHealthy(simulation)
    let forward = options.forwardReward(from: position, to: self.position(simulation), seconds: seconds)
    let squares = rl_mujoco_sum_of_squares(
      simulation.cfrcExt, Int64(6 * simulation.bodies), contactForces.lowerBound, contactForces.upperBound)
    let costs = options.controlCost(action) + contactCostWeight * squares
    return Outcome(reward: forward + health.reward(isHealthy) - costs, ending: health.ending(isHealthy))
  }

  private func isHealthy(_ simulation: Simulation) -> Bool {
    areFinite(simulation.qpos, simulation.positions) && areFinite(simulation.qvel, simulation.velocities)
      && healthyHeight.contains(simulation.qpos[2])
  }

  package func observe(_ simulation: Simulation, into observation: UnsafeMutablePointer<Double>) {
    var writer = ObservationWriter(observation)
    writer.write(simulation.qpos, (options.excludesPosition ? 2 : 0)..<simulation.positions)
    writer.write(simulation.qvel, 0..<simulation.velocities)
    // Of the first body, the surroundings, nothing is seen.
    if includesContactForces { writer.write(simulation.cfrcExt, 6..<6 * simulation.bodies, clippedTo: contactForces) }
  }
}
