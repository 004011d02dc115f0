import BLASBridge
import Learning
import Randomness
import Settings
import Telemetry

/// What one planning algorithm has that the other has not.
package protocol DynamicProgrammingRule: SendableMetatype {
  static var name: String { get }
  static var summary: String { get }
  /// The most sweeps that evaluate a policy before it is improved; 0: every sweep improves it.
  static var evaluationSweeps: Int { get }
}

/// Value iteration (Bellman 1957; Sutton and Barto 2018, section 4.4).
package enum ValueIterationRule: DynamicProgrammingRule {
  package static let name = "value_iteration"
  package static let summary = "Value iteration over the transition table (Bellman 1957)"
  package static let evaluationSweeps = 0
}

/// Policy iteration (Howard 1960; Sutton and Barto 2018, section 4.3). An evaluation is cut short after 100 sweeps
/// (Puterman and Shin 1978), since without a discount a policy that never ends has no values.
package enum PolicyIterationRule: DynamicProgrammingRule {
  package static let name = "policy_iteration"
  package static let summary = "Policy iteration over the transition table (Howard 1960)"
  package static let evaluationSweeps = 100
}

package typealias ValueIteration = DynamicProgramming<ValueIterationRule>
package typealias PolicyIteration = DynamicProgramming<PolicyIterationRule>

package struct PlanningConfiguration: AgentConfiguration {
  package var gamma = 0.99
  package var tolerance = 1e-10
  package init() {}

  package static let hyperparameters: [Hyperparameter<PlanningConfiguration>] = [
    .number("gamma", \.gamma, .unit, "discount factor γ"),
    .number("tolerance", \.tolerance, .positive, "it stops when no value changes by more in a sweep"),
  ]

  package func validate(for environment: EnvironmentSpecification) throws(HyperparameterError) {
    _ = try StateIndex(environment, agent: "the agent")
    _ = try numberedActions(environment, agent: "the agent")
  }

  /// The transition table is the environment's; V(s) and an action for each state.
  package func memory(for environment: EnvironmentSpecification, environmentCount: Int, budget: Int) -> MemoryEstimate {
    var memory = MemoryEstimate()
    memory.addTables(of: environment, count: 1)
    return memory
  }
}

/// Plans in an environment whose transition table is known; it plays no step. An iteration is one sweep over the states
/// that an episode can reach, counted as one transition a state and action.
package final class DynamicProgramming<Rule: DynamicProgrammingRule>: Agent {
  package typealias Configuration = PlanningConfiguration
  package static var name: String { Rule.name }
  package static var summary: String { Rule.summary }

  package let configuration: PlanningConfiguration
  package private(set) var isFinished = false
  /// V(s), and the action planned for s, for every state of the table.
  package private(set) var values: [Double] = []
  package private(set) var actions: [Int] = []
  /// Of the present policy's evaluation.
  private var sweeps = 0
  private let states: StateIndex
  private let firstAction: Int
  private let id: String
  /// Of the states that can be reached, in order: each action's transitions. Empty before the first iteration.
  private var table: [(state: Int, actions: [[Transition]])] = []

  package init(
    _ configuration: Configuration, for environment: EnvironmentSpecification, environmentCount: Int, seed: UInt64
  )
    throws
  {
    self.configuration = configuration
    states = try StateIndex(environment, agent: Self.name)
    firstAction = try numberedActions(environment, agent: Self.name).first
    id = environment.id
  }

  package func check(_ environment: any VectorEnvironment) throws(HyperparameterError) {
    if environment.model == nil {
      throw HyperparameterError(
        "\(Self.name) requires a table of transitions; \(id) has none. Use q_learning or sarsa.")
    }
  }

  package func begin(in environment: any VectorEnvironment, seed: UInt64) {}

  package func iterate(
    in environment: any VectorEnvironment, progress: TrainingProgress, reporting sink: any MetricSink
  ) throws -> Int {
    try check(environment)
    let model = environment.model!
    if table.isEmpty { read(model) }
    let (change, isStable) = Rule.evaluationSweeps > 0 ? evaluateAndImprove() : sweepGreedily()
    isFinished = isStable
    let count = table.count * model.actionCount
    let step = progress.steps + count
    sink.record("train/value_change", change, step: step)
    sink.record("train/start_value", zip(model.startProbabilities, values).reduce(0) { $0 + $1.0 * $1.1 }, step: step)
    return count
  }

  /// Lists the transitions of the states that can be reached from a start.
  private func read(_ model: any TabularModel) {
    if values.isEmpty {
      values = Array(repeating: 0, count: model.stateCount)
      actions = Array(repeating: 0, count: model.stateCount)
    }
    var isKnown = model.startProbabilities.map { $0 > 0 }
    var open = isKnown.indices.filter { isKnown[$0] }
    while let state = open.popLast() {
      let transitions = (0..<model.actionCount).map { model.transitions(from: state, action: $0) }
      table.append((state, transitions))
      for transition in transitions.joined() where transition.probability > 0 && !transition.terminated {
        if isKnown[transition.nextState] { continue }
        isKnown[transition.nextState] = true
        open.append(transition.nextState)
      }
    }
    table.sort { $0.state < $1.state }
  }

  private func value(of transitions: [Transition]) -> Double {
    transitions.reduce(0) {
      $0 + $1.probability * ($1.reward + ($1.terminated ? 0 : configuration.gamma * values[$1.nextState]))
    }
  }

  /// The best action of a row of the table, which keeps the present one unless another is better by more than rounding.
  private func best(_ row: (state: Int, actions: [[Transition]])) -> (action: Int, value: Double) {
    var best = (action: actions[row.state], value: value(of: row.actions[actions[row.state]]))
    for (action, transitions) in row.actions.enumerated() {
      let candidate = value(of: transitions)
      if candidate > best.value + 1e-12 { best = (action, candidate) }
    }
    return best
  }

  /// V(s) ← max_a E[r + γ V(s')], in place.
  private func sweepGreedily() -> (change: Double, isStable: Bool) {
    var change = 0.0
    for row in table {
      let (action, value) = best(row)
      change = max(change, abs(value - values[row.state]))
      (actions[row.state], values[row.state]) = (action, value)
    }
    return (change, change <= configuration.tolerance)
  }

  /// One sweep of V(s) ← E[r + γ V(s')] under the policy; once that is still, the policy becomes greedy.
  private func evaluateAndImprove() -> (change: Double, isStable: Bool) {
    var change = 0.0
    for row in table {
      let value = value(of: row.actions[actions[row.state]])
      change = max(change, abs(value - values[row.state]))
      values[row.state] = value
    }
    sweeps += 1
    let isStill = change <= configuration.tolerance
    guard isStill || sweeps >= Rule.evaluationSweeps else { return (change, false) }
    sweeps = 0
    var isStable = isStill
    for row in table {
      let action = best(row).action
      if action != actions[row.state] { (actions[row.state], isStable) = (action, false) }
    }
    return (change, isStable)
  }

  /// The planned actions; there are no others, so it makes no difference whether deterministic.
  package var policy: any Policy { Self.policy(actions, states, firstAction: firstAction) }

  package static func policy(
    in checkpoint: Checkpoint, _ configuration: Configuration, for environment: EnvironmentSpecification
  ) throws -> any Policy {
    let states = try StateIndex(environment, agent: name)
    return Self.policy(
      try plan(in: checkpoint, for: states, of: environment.id).actions, states,
      firstAction: try numberedActions(environment, agent: name).first)
  }

  private static func policy(_ actions: [Int], _ states: StateIndex, firstAction: Int) -> TabularPolicy {
    TabularPolicy(states, best: actions.map { Int32($0) }, actionCount: 0, firstAction: firstAction, epsilon: 0)
  }

  package func save(into checkpoint: inout Checkpoint) {
    checkpoint.set("values", values)
    checkpoint.set("actions", actions)
    checkpoint.set("sweeps", [sweeps])
    checkpoint.set("is_finished", encoding: isFinished)
  }

  package func loadPolicy(from checkpoint: Checkpoint) throws { try load(from: checkpoint) }

  package func load(from checkpoint: Checkpoint) throws {
    (values, actions) = try Self.plan(in: checkpoint, for: states, of: id)
    sweeps = try checkpoint.integers("sweeps", count: 1)[0]
    isFinished = try checkpoint.decode("is_finished")
  }

  private static func plan(
    in checkpoint: Checkpoint, for states: StateIndex, of id: String
  ) throws -> (values: [Double], actions: [Int]) {
    let values = try checkpoint.doubles("values")
    guard values.isEmpty || values.count >= states.count else {
      throw CheckpointError("the checkpoint plans for \(values.count) states, but \(id) has \(states.count)")
    }
    return (values, try checkpoint.integers("actions", count: values.count))
  }
}
