import CMuJoCo

/// What a humanoid feels of itself, of which each part can be left out: Gymnasium's Humanoid-v5 and HumanoidStandup-v5.
package struct HumanoidSenses: Sendable {
  package var excludesPosition, inertias, velocities, actuatorForces, contactForces: Bool

  package init(excludesPosition: Bool, inertias: Bool, velocities: Bool, actuatorForces: Bool, contactForces: Bool) {
    (self.excludesPosition, self.inertias, self.velocities) = (excludesPosition, inertias, velocities)
    (self.actuatorForces, self.contactForces) = (actuatorForces, contactForces)
  }

  func width(_ size: ModelSize) -> Int {
    let bodies = size.bodies - 1
    return size.positions + size.velocities - (excludesPosition ? 2 : 0) + (inertias ? 10 * bodies : 0)
      + (velocities ? 6 * bodies : 0) + (actuatorForces ? size.velocities - 6 : 0) + (contactForces ? 6 * bodies : 0)
  }

  /// Of the first body, the surroundings, nothing is felt, nor of the first six forces, which move the whole.
  func observe(_ simulation: Simulation, into observation: UnsafeMutablePointer<Double>) {
    var writer = ObservationWriter(observation)
    writer.write(simulation.qpos, (excludesPosition ? 2 : 0)..<simulation.positions)
    writer.write(simulation.qvel, 0..<simulation.velocities)
    let bodies = simulation.bodies
    if inertias { writer.write(simulation.cinert, 10..<10 * bodies) }
    if velocities { writer.write(simulation.cvel, 6..<6 * bodies) }
    if actuatorForces { writer.write(simulation.qfrcActuator, 6..<simulation.velocities) }
    if contactForces { writer.write(simulation.cfrcExt, 6..<6 * bodies) }
  }
}

extension Simulation {
  /// The sum of the squares of all controls, and of all contact forces.
  var squaredControls: Double { rl_mujoco_sum_of_squares(ctrl, Int64(actuators), -.infinity, .infinity) }
  var squaredContactForces: Double {
    rl_mujoco_sum_of_squares(cfrcExt, Int64(6 * bodies), -.infinity, .infinity)
  }
}
