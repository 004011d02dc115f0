import RLCore
import Randomness
import Synchronization

/// A robot's task as an environment. Made without MuJoCo; played only after `prepare()`.
package struct RobotEnvironment<Rules: Robot>: Environment, PreparedEnvironment {
  /// MuJoCo's state, and what a step leaves behind that the next one or an observer asks for.
  package struct State: Sendable, Codable {
    var physics: [Double]
    package var observation: [Double]
    /// Where the next step begins.
    var position: Double
  }

  package let specification: EnvironmentSpecification
  let rules: Rules
  private let prepared = Prepared()

  /// Throws only where the rules have a model of their own, which is read at once.
  package init(id: String, _ rules: Rules) throws(MuJoCoError) {
    self.rules = rules
    var size = Rules.size
    var bounds = (
      low: Array(repeating: -Rules.actions.bound, count: Rules.actions.count),
      high: Array(repeating: Rules.actions.bound, count: Rules.actions.count)
    )
    if rules.xmlFile != nil {
      let model = try prepared.model(for: rules)
      (size, bounds) = (model.size, model.controlRange)
    }
    let width = rules.observationWidth(size)
    var specification = EnvironmentSpecification(
      id: id,
      observationSpace: .box(
        low: Array(repeating: -.infinity, count: width), high: Array(repeating: .infinity, count: width)),
      actionSpace: .box(low: bounds.low, high: bounds.high), timeLimit: Rules.timeLimit,
      rewardThreshold: Rules.rewardThreshold)
    // Measured, the largest; MuJoCo reserves more and touches little of it.
    specification.bytesPerCopy = 600_000
    self.specification = specification
  }

  package func prepare() throws(MuJoCoError) { _ = try prepared.model(for: rules) }

  /// Traps where `prepare()` would throw.
  var model: Model {
    do { return try prepared.model(for: rules) } catch { fatalError("\(specification.id): \(error)") }
  }

  package func reset(using generator: inout PCG64) -> State {
    let simulation = Simulation(model)
    begin(simulation, using: &generator)
    return State(
      physics: simulation.state, observation: observation(of: simulation), position: rules.position(simulation))
  }

  package func step(_ state: inout State, action: Span<Float>, using generator: inout PCG64) -> Outcome {
    let simulation = Simulation(model)
    simulation.state = state.physics
    let outcome = advance(simulation, position: &state.position, action: action)
    state.physics = simulation.state
    state.observation = observation(of: simulation)
    return outcome
  }

  package func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    for index in observation.indices { observation[index] = Float(state.observation[index]) }
  }

  package func batch(of states: [State]) -> any BatchKernel<State> { RobotKernel(self, states: states) }

  func begin(_ simulation: Simulation, using generator: inout PCG64) {
    simulation.reset()
    rules.begin(simulation, using: &generator)
    simulation.forward()
  }

  @inline(__always)
  func advance(_ simulation: Simulation, position: inout Double, action: Span<Float>) -> Outcome {
    for index in 0..<simulation.actuators { simulation.ctrl[index] = Double(action[index]) }
    simulation.step(frames: rules.frameSkip)
    if Rules.readsContactForces { simulation.computeContactForces() }
    let seconds = simulation.model.shape.timestep * Double(rules.frameSkip)
    let outcome = rules.outcome(simulation, from: position, seconds: seconds, action: action)
    position = rules.position(simulation)
    return outcome
  }

  private func observation(of simulation: Simulation) -> [Double] {
    Array(unsafeUninitializedCapacity: specification.observationSpace.width) { buffer, count in
      rules.observe(simulation, into: buffer.baseAddress!)
      count = buffer.count
    }
  }
}

/// An environment that needs something beyond the program before it is played.
package protocol PreparedEnvironment {
  /// Throws, in a sentence, what is missing.
  func prepare() throws(MuJoCoError)
}

/// The model of an environment, once it has been asked for.
private final class Prepared: Sendable {
  private let known = Mutex<Model?>(nil)

  func model<Rules: Robot>(for rules: Rules) throws(MuJoCoError) -> Model {
    let result = known.withLock { known in
      if let known { return Result<Model, MuJoCoError>.success(known) }
      let result = Result { () throws(MuJoCoError) in try Self.load(rules) }
      if case .success(let model) = result { known = model }
      return result
    }
    return try result.get()
  }

  private static func load<Rules: Robot>(_ rules: Rules) throws(MuJoCoError) -> Model {
    let library = try MuJoCoLibrary.load()
    guard let own = rules.xmlFile else {
      let path = library.model(named: Rules.file)
      let model = try Model.load(path, in: library)
      guard model.size == Rules.size, model.controlRange.low.count == Rules.actions.count else {
        throw MuJoCoError("\(path) is not Gymnasium's model: run 'make mujoco' again")
      }
      if let flaw = rules.flaw(of: model) { throw MuJoCoError("the model \(path) \(flaw)") }
      return model
    }
    let model = try Model.load(own, in: library)
    let (size, least) = (model.size, Rules.leastSize)
    for (count, needed, name) in [
      (size.positions, least.positions, "positions"), (size.velocities, least.velocities, "velocities"),
      (size.bodies, least.bodies, "bodies"), (size.sites, least.sites, "sites"),
      (model.controlRange.low.count, 1, "actuators"),
    ] where count < needed {
      throw MuJoCoError("the model \(own) has \(count) \(name), and this environment needs at least \(needed)")
    }
    if let name = Rules.bodies.first(where: { model.body(named: $0) == nil }) {
      throw MuJoCoError("the model \(own) has no body '\(name)', which this environment needs")
    }
    if let flaw = rules.flaw(of: model) { throw MuJoCoError("the model \(own) \(flaw)") }
    return model
  }
}
