import CMuJoCo
import Randomness

/// A robot that moves: positions, velocities and what follows from them. One thread at a time uses it.
package final class Simulation {
  /// What is passed on from a simulation that is over to the next.
  ///
  /// Unchecked: whoever takes one is its only user.
  struct Core: @unchecked Sendable {
    let data: OpaquePointer
    let columns: rl_mujoco_columns
  }

  let model: Model
  private let core: Core
  private let functions: rl_mujoco_functions

  // Columns by MuJoCo's names; the numbers of a body follow each other.
  let qpos, qvel: UnsafeMutablePointer<Double>
  let ctrl: UnsafeMutablePointer<Double>
  let xpos, xipos, siteXpos: UnsafePointer<Double>
  let cinert, cvel, cfrcExt: UnsafePointer<Double>
  let qfrcActuator, qfrcConstraint: UnsafePointer<Double>
  let positions, velocities, actuators, bodies: Int

  init(_ model: Model) {
    self.model = model
    core = model.takeSimulation()
    functions = model.functions
    let columns = core.columns
    (qpos, qvel, ctrl) = (columns.qpos, columns.qvel, columns.ctrl)
    (xpos, xipos, siteXpos) = (columns.xpos, columns.xipos, columns.site_xpos)
    (cinert, cvel, cfrcExt) = (columns.cinert, columns.cvel, columns.cfrc_ext)
    (qfrcActuator, qfrcConstraint) = (columns.qfrc_actuator, columns.qfrc_constraint)
    (positions, velocities) = (Int(model.shape.positions), Int(model.shape.velocities))
    (actuators, bodies) = (Int(model.shape.actuators), Int(model.shape.bodies))
  }

  deinit { model.giveBack(core) }

  /// Back to the model's own start, at rest.
  func reset() { functions.reset(model.pointer, core.data) }

  /// Computes what follows from positions and velocities.
  func forward() { functions.forward(model.pointer, core.data) }

  /// `frames` steps of the engine with the same controls.
  func step(frames: Int) { functions.step(model.pointer, core.data, Int32(frames)) }

  /// Computes `cfrcExt`, which steps do not.
  func computeContactForces() { functions.contact_forces(model.pointer, core.data) }

  /// All that decides how it goes on.
  var state: [Double] {
    get {
      Array(unsafeUninitializedCapacity: Int(model.shape.state_size)) { buffer, count in
        functions.get_state(model.pointer, core.data, buffer.baseAddress!)
        count = buffer.count
      }
    }
    set {
      precondition(newValue.count == Int(model.shape.state_size), "the state is that of another model")
      functions.set_state(model.pointer, core.data, newValue)
    }
  }

  /// Every position moved by a draw from ±`scale`, then velocities by `velocity`.
  func disturb(_ scale: Double, using generator: inout PCG64, velocity: (inout PCG64) -> Double) {
    let initial = model.shape.initial_positions!
    for index in 0..<positions { qpos[index] = initial[index] + generator.uniform(-scale, scale) }
    for index in 0..<velocities { qvel[index] = 0 + velocity(&generator) }
  }

  /// Every position that of the model, every velocity 0.
  func rest() {
    for index in 0..<positions { qpos[index] = model.shape.initial_positions[index] }
    for index in 0..<velocities { qvel[index] = 0 }
  }

  /// The place of a body that the model has, by its name.
  func place(of name: StaticString) -> Place { place(of: model.body(named: name)!) }

  /// The place of a body's frame.
  func place(of body: Int) -> Place { Place(x: xpos[3 * body], y: xpos[3 * body + 1], z: xpos[3 * body + 2]) }
}
