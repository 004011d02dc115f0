/// Two legs that are to walk in a plane: Gymnasium's Walker2d-v5, after Erez, Tassa and Todorov 2011.
package struct Walker2D: PlanarRobot {
  package static let file = "walker2d_v5.xml"
  package static let size = ModelSize(positions: 9, velocities: 9, bodies: 8)
  package static let actions: (count: Int, bound: Float) = (6, 1)
  package static let velocities = -10.0...10.0
  package static let leastSize = ModelSize(positions: 3, velocities: 1, bodies: 1)

  package let options: Locomotion
  package let health: Health?
  let healthyHeight, healthyAngle: ClosedRange<Double>

  package init(
    _ options: Locomotion, health: Health, height: ClosedRange<Double>, angle: ClosedRange<Double>
  ) {
    (self.options, self.health) = (options, health)
    (healthyHeight, healthyAngle) = (height, angle)
  }

  package func isHealthy(_ simulation: Simulation) -> Bool {
    isInside(simulation.qpos[1], healthyHeight) && isInside(simulation.qpos[2], healthyAngle)
  }
}
