import BLASBridge
import Learning
import Randomness
import Settings
import Telemetry

/// The hyperparameters of the algorithms that learn a table Q(s, a) with ε-greedy actions.
package struct TabularConfiguration: AgentConfiguration {
  package var learningRate = Schedule.constant(0.1)
  package var gamma = 0.99
  package var initialValue = 0.0
  package var exploration = EpsilonSchedule(fraction: 0.5)
  package init() {}

  package static let hyperparameters: [Hyperparameter<TabularConfiguration>] =
    [
      .schedule("learning_rate", \.learningRate, .unit, "α: how far a value moves towards its target"),
      .number("gamma", \.gamma, .unit, "discount factor γ"),
      .number("initial_value", \.initialValue, .finite, "initial values of the table; high ones encourage exploration"),
    ] + EpsilonSchedule.hyperparameters.map { $0.at(\.exploration) }

  package func validate(for environment: EnvironmentSpecification) throws(HyperparameterError) {
    _ = try StateIndex(environment, agent: "the agent")
    _ = try numberedActions(environment, agent: "the agent")
  }

  /// One table, or the two of double Q-learning, and twice as much while they are written into a checkpoint.
  package func memory(for environment: EnvironmentSpecification, environmentCount: Int, budget: Int) -> MemoryEstimate {
    var memory = MemoryEstimate()
    memory.addTables(of: environment, count: 4)
    return memory
  }
}

/// Q(s, a) for every state and action, and ε-greedy choices by it.
final class ActionValues {
  let states: StateIndex
  let actionCount: Int
  let firstAction: Int
  /// `[S, A]`
  let values: UnsafeMutablePointer<Double>
  let count: Int

  init(_ environment: EnvironmentSpecification, agent: String, initialValue: Double) throws(HyperparameterError) {
    states = try StateIndex(environment, agent: agent)
    (actionCount, firstAction) = try numberedActions(environment, agent: agent)
    count = states.count * actionCount
    values = .allocate(capacity: count)
    values.initialize(repeating: initialValue, count: count)
  }

  deinit { values.deallocate() }

  /// The best action of a state; the first of equals.
  @inline(__always)
  func best(_ state: Int) -> Int {
    let row = values + state * actionCount
    var best = 0
    for action in 1..<max(1, actionCount) where row[action] > row[best] { best = action }
    return best
  }

  /// The best action, or with probability ε any.
  @inline(__always)
  func choose(_ state: Int, epsilon: Float, using generator: inout CounterGenerator) -> Int {
    generator.uniform() < epsilon ? generator.integer(below: actionCount) : best(state)
  }

  /// ε-greedy with the final ε where not deterministic; by the sum with `other`, where there is a second table.
  func policy(_ configuration: TabularConfiguration, with other: ActionValues? = nil) -> TabularPolicy {
    let tables = ActionTables(first: values, second: other?.values, actionCount: actionCount)
    return TabularPolicy(
      states, best: (0..<states.count).map { Int32(tables.best(of: $0)) }, actionCount: actionCount,
      firstAction: firstAction, epsilon: Float(configuration.exploration.final))
  }

  func save(into checkpoint: inout Checkpoint, as name: String) {
    checkpoint.set(name, Array(UnsafeBufferPointer(start: values, count: count)))
  }

  func load(from checkpoint: Checkpoint, as name: String) throws {
    let stored = try checkpoint.doubles(name, count: count)
    stored.withUnsafeBufferPointer { values.update(from: $0.baseAddress!, count: count) }
  }
}

/// What a table's algorithms keep between iterations besides their tables: where the environments are.
final class TabularWalk {
  var batch: StepBatch
  var statistics: EpisodeStatistics
  var generator: CounterGenerator
  /// `[N]`
  var actions: [Float]

  private(set) var clock = PhaseClock()
  private var steps = 0
  /// One vector step of so many is timed and stands for all: reading a clock takes as long as a step of an environment.
  private let timedStep: Int

  /// Transitions after which an iteration ends: often enough to report and to stop.
  static let iterationLength = 10_000

  init(_ environment: EnvironmentSpecification, environmentCount: Int, seed: UInt64) {
    batch = StepBatch(count: environmentCount, width: environment.observationSpace.width)
    timedStep = max(1, 64 / environmentCount)
    statistics = EpisodeStatistics(environmentCount: environmentCount)
    generator = CounterGenerator(SeedSequence(seed).child(named: "explorer"))
    actions = Array(repeating: 0, count: environmentCount)
  }

  func step(_ environment: any VectorEnvironment) throws {
    steps &+= 1
    measure(.environment) { actions.withUnsafeBufferPointer { environment.step($0.span, into: &batch) } }
    try environment.checkFailure()
  }

  @inline(__always)
  func measure<Result>(_ phase: PhaseClock.Phase, _ body: () -> Result) -> Result {
    guard steps % timedStep == 0 else { return body() }
    clock.start()
    let result = body()
    clock.lap(phase, times: UInt64(timedStep))
    return result
  }

  func report(_ configuration: TabularConfiguration, error: Double, at now: TrainingProgress, to sink: any MetricSink) {
    statistics.report(step: now.steps, to: sink)
    sink.record("rollout/exploration_rate", configuration.exploration.value(remaining: now.remaining), step: now.steps)
    sink.record("train/td_error", error, step: now.steps)
    sink.record(.trainLearningRate, configuration.learningRate.value(remaining: now.remaining), step: now.steps)
  }

  func save(into checkpoint: inout Checkpoint) {
    checkpoint.set("observations", batch.observations)
    checkpoint.set("actions", actions)
    checkpoint.set("statistics", encoding: statistics)
    checkpoint.set("explorer", encoding: generator)
  }

  func load(from checkpoint: Checkpoint) throws {
    batch.observations = try checkpoint.floats("observations", count: batch.observations.count)
    actions = try checkpoint.floats("actions", count: actions.count)
    statistics = try checkpoint.decode("statistics")
    generator = try checkpoint.decode("explorer")
  }
}
