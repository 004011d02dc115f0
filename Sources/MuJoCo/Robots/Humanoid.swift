import CMuJoCo
import RLCore
import Randomness

/// A person with arms and legs that is to walk: Gymnasium's Humanoid-v5, after Tassa, Erez and Todorov 2012.
package struct Humanoid: Robot {
  package static let file = "humanoid.xml"
  package static let size = ModelSize(positions: 24, velocities: 23, bodies: 14)
  package static let actions: (count: Int, bound: Float) = (17, 0.4)
  package static let leastSize = ModelSize(positions: 3, velocities: 6, bodies: 2)
  package static let readsContactForces = true

  let options: Locomotion
  let health: Health
  let healthyHeight, contactCosts: ClosedRange<Double>
  let contactCostWeight: Double
  let senses: HumanoidSenses

  package init(
    _ options: Locomotion, health: Health, height: ClosedRange<Double>, contactCosts: ClosedRange<Double>,
    contactCostWeight: Double, senses: HumanoidSenses
  ) {
    (self.options, self.health, healthyHeight) = (options, health, height)
    (self.contactCosts, self.contactCostWeight, self.senses) = (contactCosts, contactCostWeight, senses)
  }

  package var xmlFile: String? { options.xmlFile }
  package var frameSkip: Int { options.frameSkip }

  package func observationWidth(_ size: ModelSize) -> Int { senses.width(size) }

  package func begin(_ simulation: Simulation, using generator: inout PCG64) {
    let scale = options.resetNoiseScale
    simulation.disturb(scale, using: &generator) { $0.uniform(-scale, scale) }
  }

  /// That of the centre of mass.
  package func position(_ simulation: Simulation) -> Double {
    let masses = simulation.model.shape.body_masses!
    var total = 0.0
    for body in 0..<simulation.bodies { total += masses[body] * simulation.xipos[3 * body] }
    return total / rl_mujoco_sum(masses, Int64(simulation.bodies))
  }

  package func outcome(
    _ simulation: Simulation, from position: Double, seconds: Double, action: Span<Float>
  ) -> Outcome {
    let isHealthy = isInside(simulation.qpos[2], healthyHeight)
    let forward = options.forwardReward(from: position, to: self.position(simulation), seconds: seconds)
    let contactCost = clip(contactCostWeight * simulation.squaredContactForces, to: contactCosts)
    let costs = options.controlCostWeight * simulation.squaredControls + contactCost
    return Outcome(reward: forward + health.reward(isHealthy) - costs, ending: health.ending(isHealthy))
  }

  package func observe(_ simulation: Simulation, into observation: UnsafeMutablePointer<Double>) {
    senses.observe(simulation, into: observation)
  }
}
