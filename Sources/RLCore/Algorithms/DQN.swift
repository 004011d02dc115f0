import BLASBridge
import Learning
import Randomness
import Settings
import Telemetry

/// Deep Q-learning with a replay buffer and a target network (Mnih et al. 2015, "Human-level control through deep
/// reinforcement learning", algorithm 1); with double Q-learning (van Hasselt, Guez and Silver 2016) and n-step returns
/// (Sutton 1988; Hessel et al. 2018) as switches.
///
/// Names and defaults are Stable-Baselines3's; its deviations from the paper (Adam, Huber loss on the error rather than
/// a clipped error, no frame skipping) are kept.
package final class DQN: Agent {
  package struct Configuration: AgentConfiguration {
    package var learningRate = Schedule.constant(1e-4)
    package var replay = ReplaySettings(trainFrequency: 4, batchSize: 32)
    /// Share of the target network that an update of it replaces.
    package var tau = 1.0
    package var targetUpdateInterval = 10_000
    package var exploration = EpsilonSchedule(fraction: 0.1)
    package var usesDoubleQ = false
    package var maximumGradientNorm = 10.0
    package var hiddenWidths = [64, 64]
    package var activation = Activation.relu
    package init() {}

    package static let hyperparameters: [Hyperparameter<Configuration>] =
      [.schedule("learning_rate", \.learningRate, .nonNegative, "Adam's step size")]
      + ReplaySettings.hyperparameters.map { $0.at(\.replay) } + [
        .number("tau", \.tau, .unit, "share of the target network that its update replaces"),
        .integer("target_update_interval", \.targetUpdateInterval, .atLeast(1), "transitions between target updates"),
      ] + EpsilonSchedule.hyperparameters.map { $0.at(\.exploration) } + [
        .flag("double_q", \.usesDoubleQ, "the online network chooses the next action that the target network values"),
        .number("max_grad_norm", \.maximumGradientNorm, .positive, "the global gradient norm is clipped to this"),
        .widths("net_arch", \.hiddenWidths, "widths of the hidden layers"),
        .choice("activation_fn", \.activation, "activation after each hidden layer"),
      ]

    package func validate(for environment: EnvironmentSpecification) throws(HyperparameterError) {
      guard case .discrete = environment.actionSpace else {
        throw HyperparameterError(
          "dqn needs a Discrete action space; \(environment.id) has \(environment.actionSpace). Use sac or td3.")
      }
      try replay.validate()
    }

    /// Q(s, ·)
    fileprivate func network(for environment: EnvironmentSpecification) -> Network {
      Network(
        widths: [ObservationEncoding(environment.observationSpace).width] + hiddenWidths + [
          head(for: environment).count
        ],
        hidden: activation, initializer: .fanIn)
    }

    fileprivate func head(for environment: EnvironmentSpecification) -> GreedyHead {
      guard case .discrete(let count, let start) = environment.actionSpace else { fatalError("validated") }
      return GreedyHead(count: count, first: Float(start), epsilon: exploration.final)
    }

    package func memory(for environment: EnvironmentSpecification, environmentCount: Int, budget: Int) -> MemoryEstimate
    {
      var memory = replay.memory(for: environment, budget: budget)
      guard case .discrete(let actions, _) = environment.actionSpace else { return memory }
      memory.addNetwork(
        widths: [ObservationEncoding(environment.observationSpace).width] + hiddenWidths + [actions],
        floatsPerParameter: 6,
        rows: max(replay.batchSize, environmentCount), workspaces: 2, lower: ReplaySettings.sizes)
      return memory
    }
  }

  package static let name = "dqn"
  package static let summary = "Deep Q-learning with replay and a target network (Mnih et al. 2015)"

  package let configuration: Configuration
  let loop: ReplayLoop
  let parameters: FloatBuffer
  let targetParameters: FloatBuffer
  let gradient: FloatBuffer
  private let network: Network
  private let workspace: Network.Workspace
  private let targetWorkspace: Network.Workspace
  private let updater: Updater
  private let watch: NetworkWatch
  private var targetUpdates = 0
  private var explorer: CounterGenerator
  private let head: GreedyHead
  private var actionCount: Int { head.count }
  private let rows: Int
  /// `[B]` each: what the Q values are moved towards, the Q values of the actions taken, and the loss's slope by these.
  let targets: FloatBuffer
  private let chosenValues: FloatBuffer
  private let slopes: FloatBuffer

  package init(
    _ configuration: Configuration, for environment: EnvironmentSpecification, environmentCount: Int, seed: UInt64
  )
    throws
  {
    try configuration.validate(for: environment)
    head = configuration.head(for: environment)
    self.configuration = configuration
    let root = SeedSequence(seed)
    loop = ReplayLoop(configuration.replay, for: environment, environmentCount: environmentCount, seed: root)
    network = configuration.network(for: environment)
    rows = max(configuration.replay.batchSize, environmentCount)
    workspace = network.makeWorkspace(rows: rows)
    targetWorkspace = network.makeWorkspace(rows: rows)
    parameters = FloatBuffer(count: network.parameterCount)
    targetParameters = FloatBuffer(count: network.parameterCount)
    gradient = FloatBuffer(count: network.parameterCount)
    updater = Updater(
      parameters, along: gradient, by: Adam(parameterCount: network.parameterCount),
      maximumNorm: configuration.maximumGradientNorm)
    watch = NetworkWatch([("q", network, workspace, 0)], parameters: parameters, gradient: gradient)
    var generator = CounterGenerator(root.child(named: "network"))
    network.initialize(parameters.base, using: &generator)
    targetParameters.elements = parameters.elements
    explorer = CounterGenerator(root.child(named: "explorer"))
    targets = FloatBuffer(count: configuration.replay.batchSize)
    chosenValues = FloatBuffer(count: configuration.replay.batchSize)
    slopes = FloatBuffer(count: configuration.replay.batchSize)
  }

  package var times: PhaseTimes { loop.clock.times }
  package var updatesPerStep: Double? { loop.updatesPerStep }

  package func begin(in environment: any VectorEnvironment, seed: UInt64) { loop.begin(in: environment, seed: seed) }

  package func iterate(
    in environment: any VectorEnvironment, progress: TrainingProgress, reporting sink: any MetricSink
  ) throws -> Int {
    var means = Means()
    var errors = ValueErrors()
    var now = progress
    let count = try loop.iterate(
      in: environment, progress: progress, reporting: sink,
      choose: { features, steps, actions in
        now.steps = steps
        updateTarget(at: steps + loop.buffer.environmentCount)
        if loop.isWarmingUp(steps) {
          for copy in 0..<loop.buffer.environmentCount { actions[copy] = Float(explorer.integer(below: actionCount)) }
        } else {
          explore(features, epsilon: configuration.exploration.value(remaining: now.remaining), into: actions)
        }
      },
      translate: { actions, worldActions in
        for copy in 0..<loop.buffer.environmentCount { worldActions[copy] = actions[copy] + head.first }
      },
      learn: { now, _, look in
        let (loss, value) = lossAndGradient()
        errors.take(values: chosenValues.base, targets: targets.base, rows: loop.sample.rows)
        if let look, look.isDetailed { show(look) }
        var norm = 0.0
        watch.around(look, rows: loop.sample.rows) {
          norm = updater.update(learningRate: configuration.learningRate.value(remaining: now.remaining))
        }
        means.add(loss: loss, value: value, norm: norm)
      })
    report(means, errors, at: TrainingProgress(steps: progress.steps + count, budget: progress.budget), to: sink)
    return count
  }

  // MARK: Act

  /// ε-greedy actions `[N]`, counted from 0, each environment by draws of its own.
  private func explore(
    _ features: UnsafePointer<Float>, epsilon: Double, into actions: UnsafeMutablePointer<Float>
  ) {
    let environmentCount = loop.buffer.environmentCount
    let values = values(features, rows: environmentCount)
    for copy in 0..<environmentCount {
      if explorer.uniformDouble() < epsilon {
        actions[copy] = Float(explorer.integer(below: actionCount))
      } else {
        actions[copy] = Float(head.best(values + copy * actionCount))
      }
    }
  }

  /// Q(s, ·) `[rows, actions]` of features `[rows, F]`, valid until the next pass.
  func values(_ features: UnsafePointer<Float>, rows: Int) -> UnsafeMutablePointer<Float> {
    network.forward(features, rows: rows, parameters: parameters.base, in: workspace)
  }

  /// On the way to `steps` transitions: before the round of updates that may follow these.
  private func updateTarget(at steps: Int) {
    let environmentCount = loop.buffer.environmentCount
    let interval = max(1, configuration.targetUpdateInterval / environmentCount)
    if steps / environmentCount % interval == 0 {
      polyak(targetParameters, towards: parameters, by: Float(configuration.tau))
      targetUpdates += 1
    }
  }

  // MARK: Learn

  /// The mean Huber loss of the sample and its gradient into `gradient`; also the mean of Q(s, a).
  ///
  /// L = mean H(R + γⁿ Q⁻(s', a*) − Q(s, a)), with a* = argmax Q⁻(s', ·), or argmax Q(s', ·) for double Q-learning.
  func lossAndGradient() -> (loss: Double, value: Double) {
    let sample = loop.sample
    let rows = sample.rows
    let next = network.forward(
      sample.nextObservations.base, rows: rows, parameters: targetParameters.base, in: targetWorkspace)
    // Where the online network is the one to choose, its values; else the target network's own.
    let choosing =
      configuration.usesDoubleQ
      ? values(sample.nextObservations.base, rows: rows) : next
    for row in 0..<rows {
      let value = next[row * actionCount + head.best(choosing + row * actionCount)]
      targets.base[row] = sample.rewards.base[row] + sample.discounts.base[row] * value
    }

    let values = values(sample.observations.base, rows: rows)
    var mean = 0.0
    for row in 0..<rows {
      chosenValues.base[row] = values[row * actionCount + Int(sample.actions.base[row])]
      mean += Double(chosenValues.base[row]) / Double(rows)
    }
    let loss = RegressionLoss.huber(delta: 1)(
      chosenValues.base, targets: targets.base, count: rows, gradient: slopes.base)
    workspace.outputGradient.update(repeating: 0, count: rows * actionCount)
    for row in 0..<rows {
      workspace.outputGradient[row * actionCount + Int(sample.actions.base[row])] = slopes.base[row]
    }
    network.backward(
      sample.observations.base, rows: rows, parameters: parameters.base, in: workspace, gradient: gradient.base)
    return (loss, mean)
  }

  /// Sums over the updates of an iteration.
  private struct Means {
    var (loss, value, norm, count) = (0.0, 0.0, 0.0, 0.0)
    mutating func add(loss: Double, value: Double, norm: Double) {
      self.loss += loss
      self.value += value
      self.norm += norm
      count += 1
    }
  }

  private func report(_ means: Means, _ errors: ValueErrors, at now: TrainingProgress, to sink: any MetricSink) {
    sink.record("rollout/exploration_rate", configuration.exploration.value(remaining: now.remaining), step: now.steps)
    guard means.count > 0 else { return }
    sink.record(.trainLoss, means.loss / means.count, step: now.steps)
    sink.record(.trainQValue, means.value / means.count, step: now.steps)
    sink.record(.trainGradNorm, means.norm / means.count, step: now.steps)
    sink.record(.trainLearningRate, configuration.learningRate.value(remaining: now.remaining), step: now.steps)
    errors.report(step: now.steps, to: sink)
    let distance = targetDistance(parameters.base, targetParameters.base, count: parameters.count)
    sink.record("train/target_distance", distance, step: now.steps)
    sink.record(.trainTargetUpdates, Double(targetUpdates), step: now.steps)
  }

  package var tensors: [String] { watch.tensors + ReplaySample.tensors + signals("q_values", "targets") }

  /// Of the sample that was learnt from last.
  private func show(_ look: Look) {
    loop.sample.show(look)
    look.show("q_values", chosenValues.base, count: loop.sample.rows)
    look.show("targets", targets.base, count: loop.sample.rows)
  }

  // MARK: Act for others, save, load

  /// Greedy, or ε-greedy with the final ε where not deterministic.
  package var policy: any Policy {
    NetworkPolicy(loop.encoding, network, parameters: parameters.elements, head, rows: rows)
  }

  package static func policy(
    in checkpoint: Checkpoint, _ configuration: Configuration, for environment: EnvironmentSpecification
  ) throws -> any Policy {
    let network = configuration.network(for: environment)
    return NetworkPolicy(
      ObservationEncoding(environment.observationSpace), network,
      parameters: try network.parameters(in: checkpoint, as: "q"),
      configuration.head(for: environment), rows: configuration.replay.batchSize)
  }

  package func save(into checkpoint: inout Checkpoint) {
    network.save(parameters.base, into: &checkpoint, as: "q")
    network.save(targetParameters.base, into: &checkpoint, as: "target")
    updater.save(into: &checkpoint, as: "adam")
    loop.save(into: &checkpoint)
    checkpoint.set("explorer", encoding: explorer)
    checkpoint.set("target_updates", [targetUpdates])
  }

  package func loadPolicy(from checkpoint: Checkpoint) throws {
    try network.load(parameters.base, from: checkpoint, as: "q")
  }

  package func load(from checkpoint: Checkpoint) throws {
    try loadPolicy(from: checkpoint)
    try network.load(targetParameters.base, from: checkpoint, as: "target")
    try updater.load(from: checkpoint, as: "adam")
    try loop.load(from: checkpoint)
    explorer = try checkpoint.decode("explorer")
    targetUpdates = try checkpoint.integers("target_updates", count: 1)[0]
  }
}
