/// A leg that is to hop forward: Gymnasium's Hopper-v5, after Erez, Tassa and Todorov 2011.
package struct Hopper: PlanarRobot {
  package static let file = "hopper.xml"
  package static let size = ModelSize(positions: 6, velocities: 6, bodies: 5)
  package static let actions: (count: Int, bound: Float) = (3, 1)
  package static let rewardThreshold: Double? = 3800
  package static let velocities = -10.0...10.0
  package static let leastSize = ModelSize(positions: 3, velocities: 1, bodies: 1)

  package let options: Locomotion
  package let health: Health?
  let healthyState, healthyHeight, healthyAngle: ClosedRange<Double>

  package init(
    _ options: Locomotion, health: Health, state: ClosedRange<Double>, height: ClosedRange<Double>,
    angle: ClosedRange<Double>
  ) {
    (self.options, self.health) = (options, health)
    (healthyState, healthyHeight, healthyAngle) = (state, height, angle)
  }

  package func isHealthy(_ simulation: Simulation) -> Bool {
    areInside(simulation.qpos, 2..<simulation.positions, healthyState)
      && areInside(simulation.qvel, 0..<simulation.velocities, healthyState)
      && isInside(simulation.qpos[1], healthyHeight) && isInside(simulation.qpos[2], healthyAngle)
  }
}
