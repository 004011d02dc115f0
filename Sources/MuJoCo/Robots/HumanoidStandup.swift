import RLCore
import Randomness

/// A person that lies on the ground and is to stand up: Gymnasium's HumanoidStandup-v5, after Tassa, Erez and Todorov 2012.
package struct HumanoidStandup: Robot {
  package static let file = "humanoidstandup.xml"
  package static let size = ModelSize(positions: 24, velocities: 23, bodies: 14)
  package static let actions: (count: Int, bound: Float) = (17, 0.4)
  package static let leastSize = ModelSize(positions: 3, velocities: 6, bodies: 2)
  package static let readsContactForces = true

  package let xmlFile: String?
  package let frameSkip: Int
  let controlCostWeight, impactCostWeight, resetNoiseScale: Double
  let impactCosts: ClosedRange<Double>
  let senses: HumanoidSenses

  package init(
    xmlFile: String?, frameSkip: Int, controlCostWeight: Double, impactCostWeight: Double,
    impactCosts: ClosedRange<Double>, resetNoiseScale: Double, senses: HumanoidSenses
  ) {
    (self.xmlFile, self.frameSkip, self.resetNoiseScale) = (xmlFile, frameSkip, resetNoiseScale)
    (self.controlCostWeight, self.impactCostWeight) = (controlCostWeight, impactCostWeight)
    (self.impactCosts, self.senses) = (impactCosts, senses)
  }

  package func observationWidth(_ size: ModelSize) -> Int { senses.width(size) }

  package func begin(_ simulation: Simulation, using generator: inout PCG64) {
    let scale = resetNoiseScale
    simulation.disturb(scale, using: &generator) { $0.uniform(-scale, scale) }
  }

  package func outcome(
    _ simulation: Simulation, from position: Double, seconds: Double, action: Span<Float>
  ) -> Outcome {
    let height = simulation.qpos[2] / simulation.model.shape.timestep
    let controlCost = controlCostWeight * simulation.squaredControls
    let impactCost = clip(impactCostWeight * simulation.squaredContactForces, to: impactCosts)
    return Outcome(reward: height - controlCost - impactCost + 1, ending: .none)
  }

  package func observe(_ simulation: Simulation, into observation: UnsafeMutablePointer<Double>) {
    senses.observe(simulation, into: observation)
  }
}
