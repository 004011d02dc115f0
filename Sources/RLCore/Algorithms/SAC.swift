import BLASBridge
import Foundation
import Learning
import Randomness
import Settings
import Telemetry

/// Soft actor-critic with two critics and an automatic temperature (Haarnoja et al. 2018, "Soft Actor-Critic Algorithms
/// and Applications", algorithm 1).
///
/// Names and defaults are Stable-Baselines3's. Updates go temperature, critics, actor, targets.
package final class SAC: Agent {
  package struct Configuration: AgentConfiguration {
    package var learningRate = Schedule.constant(3e-4)
    package var replay = ReplaySettings()
    package var tau = 0.005
    package var targetUpdateInterval = 1
    /// α; nil: learnt.
    package var temperature: Double? = nil
    /// Where a learnt α starts.
    package var initialTemperature = 1.0
    /// The entropy that a learnt α holds; nil: −A.
    package var targetEntropy: Double? = nil
    /// Noise on the actions that the policy draws, for where a single draw undoes the one before.
    package var explorationNoise = ExplorationNoise.Kind.none
    package var explorationDeviation = 0.1
    package var hiddenWidths = [256, 256]
    package var activation = Activation.relu
    package init() {}

    package static let hyperparameters: [Hyperparameter<Configuration>] =
      [.schedule("learning_rate", \.learningRate, .nonNegative, "Adam's step size, of all networks and of α")]
      + ReplaySettings.hyperparameters.map { $0.at(\.replay) } + [
        .number("tau", \.tau, .unit, "share of the target networks that their update replaces"),
        .integer("target_update_interval", \.targetUpdateInterval, .atLeast(1), "updates between target updates"),
        .optionalNumber("ent_coef", \.temperature, .nonNegative, "temperature α, the weight of entropy; null: learnt"),
        .number("initial_ent_coef", \.initialTemperature, .positive, "initial value of a learnt α"),
        .optionalNumber(
          "target_entropy", \.targetEntropy, .finite, "entropy that a learnt α holds; null: −(action width)"),
        .widths("net_arch", \.hiddenWidths, "widths of the hidden layers"),
        .choice("activation_fn", \.activation, "activation after each hidden layer"),
        Hyperparameter.choice("noise_type", \.explorationNoise, "noise on the actions that explore").later(),
        Hyperparameter.number(
          "noise_std", \.explorationDeviation, .nonNegative, "its std, in units of actions scaled to −1 … 1"
        ).later(),
      ]

    package func validate(for environment: EnvironmentSpecification) throws(HyperparameterError) {
      _ = try ActionScaling(environment, agent: SAC.name)
      try replay.validate()
    }

    /// The means and the logarithms of the deviations.
    fileprivate func actor(for environment: EnvironmentSpecification) -> Network {
      Network(
        widths: [ObservationEncoding(environment.observationSpace).width] + hiddenWidths + [
          2 * environment.actionSpace.width
        ],
        hidden: activation, initializer: .fanIn)
    }

    package func memory(for environment: EnvironmentSpecification, environmentCount: Int, budget: Int) -> MemoryEstimate
    {
      var memory = replay.memory(for: environment, budget: budget)
      let (features, actions) = (ObservationEncoding(environment.observationSpace).width, environment.actionSpace.width)
      let rows = max(replay.batchSize, environmentCount)
      memory.addNetwork(
        widths: [features] + hiddenWidths + [2 * actions], floatsPerParameter: 5, rows: rows, workspaces: 2,
        lower: ReplaySettings.sizes)
      // One workspace more for the rows of which a critic has the smaller value.
      for workspaces in [1, 2] {
        memory.addNetwork(
          widths: [features + actions] + hiddenWidths + [1], floatsPerParameter: 6, rows: rows, workspaces: workspaces,
          lower: ReplaySettings.sizes)
      }
      return memory
    }
  }

  package static let name = "sac"
  package static let summary = "Soft actor-critic with a learnt temperature (Haarnoja et al. 2018)"

  package let configuration: Configuration
  let loop: ReplayLoop
  let critics: Critics
  let actorParameters: FloatBuffer
  let actorGradient: FloatBuffer
  let distribution: SquashedGaussian
  /// log α
  let logTemperature = FloatBuffer(count: 1)
  let temperatureGradient = FloatBuffer(count: 1)
  private let scaling: ActionScaling
  private let actor: Network
  private let workspace: Network.Workspace
  private let nextWorkspace: Network.Workspace
  private let nextDistribution: SquashedGaussian
  private let actorUpdater: Updater
  private let temperatureUpdater: Updater
  private let watch: NetworkWatch
  private let targetEntropy: Double
  private var explorer: CounterGenerator
  private var exploration: ExplorationNoise
  var noise: CounterGenerator
  private var updates = 0
  private var targetUpdates = 0
  private var errors = ValueErrors()
  private let rows: Int
  /// `[B, A]` and `[B]`
  private let actions: FloatBuffer
  private let actionGradient: FloatBuffer
  let logProbabilities: FloatBuffer
  private let logProbabilityGradient: FloatBuffer
  let targets: FloatBuffer

  package init(
    _ configuration: Configuration, for environment: EnvironmentSpecification, environmentCount: Int, seed: UInt64
  )
    throws
  {
    try configuration.validate(for: environment)
    self.configuration = configuration
    scaling = try ActionScaling(environment, agent: Self.name)
    let root = SeedSequence(seed)
    loop = ReplayLoop(
      configuration.replay, for: environment, environmentCount: environmentCount, scalesActions: true, seed: root)
    rows = max(configuration.replay.batchSize, environmentCount)
    let (features, width, hidden) = (loop.encoding.width, scaling.width, configuration.hiddenWidths)
    actor = configuration.actor(for: environment)
    critics = Critics(
      count: 2, features: features, actionWidth: width, hidden: hidden, activation: configuration.activation,
      rows: rows,
      seed: root.child(named: "critics"))
    workspace = actor.makeWorkspace(rows: rows)
    nextWorkspace = actor.makeWorkspace(rows: rows)
    distribution = SquashedGaussian(width: width, rows: rows)
    nextDistribution = SquashedGaussian(width: width, rows: rows)
    actorParameters = FloatBuffer(count: actor.parameterCount)
    actorGradient = FloatBuffer(count: actor.parameterCount)
    var generator = CounterGenerator(root.child(named: "actor"))
    actor.initialize(actorParameters.base, using: &generator)
    watch = NetworkWatch([("actor", actor, workspace, 0)], parameters: actorParameters, gradient: actorGradient)
    actorUpdater = Updater(actorParameters, along: actorGradient, by: Adam(parameterCount: actorParameters.count))
    temperatureUpdater = Updater(logTemperature, along: temperatureGradient, by: Adam(parameterCount: 1))
    logTemperature.base[0] = Float(log(configuration.initialTemperature))
    targetEntropy = configuration.targetEntropy ?? -Double(width)
    explorer = CounterGenerator(root.child(named: "explorer"))
    exploration = ExplorationNoise(
      configuration.explorationNoise, deviation: Float(configuration.explorationDeviation),
      environmentCount: environmentCount, width: width, seed: root.child(named: "exploration"))
    noise = CounterGenerator(root.child(named: "noise"))
    actions = FloatBuffer(count: rows * width)
    actionGradient = FloatBuffer(count: rows * width)
    logProbabilities = FloatBuffer(count: rows)
    logProbabilityGradient = FloatBuffer(count: rows)
    targets = FloatBuffer(count: rows)
  }

  package var times: PhaseTimes { loop.clock.times }
  package var updatesPerStep: Double? { loop.updatesPerStep }

  package func begin(in environment: any VectorEnvironment, seed: UInt64) { loop.begin(in: environment, seed: seed) }

  package func iterate(
    in environment: any VectorEnvironment, progress: TrainingProgress, reporting sink: any MetricSink
  ) throws -> Int {
    var sums = Losses()
    var count = 0.0
    errors = ValueErrors()
    let collected = try loop.iterate(
      in: environment, progress: progress, reporting: sink,
      choose: { features, steps, actions in
        if loop.isWarmingUp(steps) {
          for i in 0..<loop.buffer.environmentCount * scaling.width { actions[i] = 2 * explorer.uniform() - 1 }
        } else {
          let parameters = actor.forward(
            features, rows: loop.buffer.environmentCount, parameters: actorParameters.base, in: workspace)
          distribution.sample(parameters, rows: loop.buffer.environmentCount, using: &explorer, into: actions)
        }
        if configuration.explorationNoise != .none { exploration.add(to: actions) }
      },
      translate: { scaling.unscale($0, rows: loop.buffer.environmentCount, into: $1) },
      learn: { now, isLast, look in
        let rate = configuration.learningRate.value(remaining: now.remaining)
        sums.add(improve(learningRate: rate, isLast: isLast, look: look))
        count += 1
      },
      ended: { exploration.restart($0, of: loop.buffer.environmentCount) })
    let now = TrainingProgress(steps: progress.steps + collected, budget: progress.budget)
    if count > 0 { report(sums, over: count, at: now, to: sink) }
    return collected
  }

  // MARK: Learn

  struct Losses {
    var actor = 0.0
    var critic = 0.0
    var temperature = 0.0
    var entropy = 0.0
    var value = 0.0
    /// Of the last update only.
    var criticGradientNorm = 0.0
    var actorGradientNorm = 0.0

    mutating func add(_ other: Losses) {
      actor += other.actor
      critic += other.critic
      temperature += other.temperature
      entropy += other.entropy
      value += other.value
      (criticGradientNorm, actorGradientNorm) = (other.criticGradientNorm, other.actorGradientNorm)
    }
  }

  /// One update of everything from `loop.sample`.
  private func improve(learningRate: Double, isLast: Bool, look: Look?) -> Losses {
    let sample = loop.sample
    let rows = sample.rows
    var losses = Losses()
    let alpha = temperature
    act(on: sample.observations.base, rows: rows)
    for row in 0..<rows { losses.entropy -= Double(logProbabilities.base[row]) / Double(rows) }
    losses.temperature = alpha
    if configuration.temperature == nil {
      // L(α) = −log α mean(log π + H̄) (equation 18, with log α in the place of α as is usual).
      temperatureGradient.base[0] = Float(losses.entropy - targetEntropy)
      temperatureUpdater.update(learningRate: learningRate)
    }
    estimateTargets(temperature: alpha)
    (losses.critic, losses.value) = critics.lossAndGradient(
      sample.observations.base, sample.actions.base, targets: targets.base, rows: rows, weight: 0.5)
    errors.take(values: critics.values, targets: targets.base, rows: rows)
    if let look, look.isDetailed { show(look) }
    critics.update(learningRate: learningRate, rows: rows, look: look)
    losses.actor = actorLossAndGradient(temperature: alpha)
    watch.around(look, rows: rows) { actorUpdater.update(learningRate: learningRate) }
    updates += 1
    if isLast {
      losses.criticGradientNorm = critics.gradientNorm
      losses.actorGradientNorm = actorUpdater.gradientNorm
    }
    // The first update is one of them, as in each call of Stable-Baselines3's `train`.
    if (updates - 1) % configuration.targetUpdateInterval == 0 {
      polyak(critics.targetParameters, towards: critics.parameters, by: Float(configuration.tau))
      targetUpdates += 1
    }
    return losses
  }

  private var temperature: Double { configuration.temperature ?? exp(Double(logTemperature.base[0])) }

  /// Draws an action for every observation, with its log π.
  func act(on observations: UnsafePointer<Float>, rows: Int) {
    let parameters = actor.forward(observations, rows: rows, parameters: actorParameters.base, in: workspace)
    distribution.sample(
      parameters, rows: rows, using: &noise, into: actions.base, logProbabilities: logProbabilities.base)
  }

  /// y = R + γⁿ (min Q⁻(s', a') − α log π(a'|s')), a' drawn from the present policy (equation 3).
  private func estimateTargets(temperature: Double) {
    let sample = loop.sample
    let rows = sample.rows
    let parameters = actor.forward(
      sample.nextObservations.base, rows: rows, parameters: actorParameters.base, in: nextWorkspace)
    nextDistribution.sample(
      parameters, rows: rows, using: &noise, into: actionGradient.base, logProbabilities: logProbabilityGradient.base)
    critics.targetMinimum(sample.nextObservations.base, actionGradient.base, rows: rows, into: targets.base)
    for row in 0..<rows {
      let value = targets.base[row] - Float(temperature) * logProbabilityGradient.base[row]
      targets.base[row] = sample.rewards.base[row] + sample.discounts.base[row] * value
    }
  }

  /// After `act` on the sample's observations: mean(α log π − min Q(s, a)) (equation 7) and its gradient.
  func actorLossAndGradient(temperature: Double) -> Double {
    let sample = loop.sample
    let rows = sample.rows
    let value = critics.valueAndActionGradient(
      sample.observations.base, actions.base, rows: rows, used: 2, into: actionGradient.base)
    var loss = -value
    for i in 0..<rows * scaling.width { actionGradient.base[i] = -actionGradient.base[i] }
    for row in 0..<rows {
      loss += temperature * Double(logProbabilities.base[row]) / Double(rows)
      logProbabilityGradient.base[row] = Float(temperature / Double(rows))
    }
    distribution.backward(
      workspace.outputs, actionGradient: actionGradient.base, logProbabilityGradient: logProbabilityGradient.base,
      rows: rows, into: workspace.outputGradient)
    actor.backward(
      sample.observations.base, rows: rows, parameters: actorParameters.base, in: workspace,
      gradient: actorGradient.base)
    return loss
  }

  private func report(_ sums: Losses, over count: Double, at now: TrainingProgress, to sink: any MetricSink) {
    sink.record("train/actor_loss", sums.actor / count, step: now.steps)
    sink.record(.trainCriticLoss, sums.critic / count, step: now.steps)
    sink.record("train/ent_coef", sums.temperature / count, step: now.steps)
    sink.record("train/entropy", sums.entropy / count, step: now.steps)
    sink.record(.trainQValue, sums.value / count, step: now.steps)
    sink.record(.trainLearningRate, configuration.learningRate.value(remaining: now.remaining), step: now.steps)
    sink.record(.trainGradNorm, sums.criticGradientNorm, step: now.steps)
    sink.record("train/actor_grad_norm", sums.actorGradientNorm, step: now.steps)
    errors.report(step: now.steps, to: sink)
    sink.record("train/target_distance", critics.targetDistance, step: now.steps)
    sink.record(.trainTargetUpdates, Double(targetUpdates), step: now.steps)
  }

  package var tensors: [String] {
    critics.watch.tensors + watch.tensors + ReplaySample.tensors + signals("log_probs", "q_values", "targets")
  }

  /// Of the sample that is learnt from: Q of the first critic, log π of actions drawn anew.
  private func show(_ look: Look) {
    loop.sample.show(look)
    look.show("log_probs", logProbabilities.base, count: loop.sample.rows)
    look.show("q_values", critics.values, count: loop.sample.rows)
    look.show("targets", targets.base, count: loop.sample.rows)
  }

  // MARK: Act for others, save, load

  /// tanh of the mean, or a draw where not deterministic.
  package var policy: any Policy {
    NetworkPolicy(
      loop.encoding, actor, parameters: actorParameters.elements, SquashedGaussianHead(scaling: scaling), rows: rows)
  }

  package static func policy(
    in checkpoint: Checkpoint, _ configuration: Configuration, for environment: EnvironmentSpecification
  ) throws -> any Policy {
    let actor = configuration.actor(for: environment)
    return NetworkPolicy(
      ObservationEncoding(environment.observationSpace), actor,
      parameters: try actor.parameters(in: checkpoint, as: "actor"),
      SquashedGaussianHead(scaling: try ActionScaling(environment, agent: name)), rows: configuration.replay.batchSize)
  }

  package func save(into checkpoint: inout Checkpoint) {
    actor.save(actorParameters.base, into: &checkpoint, as: "actor")
    critics.save(into: &checkpoint)
    actorUpdater.save(into: &checkpoint, as: "actor.adam")
    temperatureUpdater.save(into: &checkpoint, as: "temperature.adam")
    checkpoint.set("log_temperature", logTemperature.elements)
    loop.save(into: &checkpoint)
    checkpoint.set("actor.updates", [updates])
    checkpoint.set("target_updates", [targetUpdates])
    checkpoint.set("explorer", encoding: explorer)
    checkpoint.set("noise", encoding: noise)
    if configuration.explorationNoise != .none { checkpoint.set("exploration", encoding: exploration) }
  }

  package func loadPolicy(from checkpoint: Checkpoint) throws {
    try actor.load(actorParameters.base, from: checkpoint, as: "actor")
  }

  package func load(from checkpoint: Checkpoint) throws {
    try loadPolicy(from: checkpoint)
    try critics.load(from: checkpoint)
    try actorUpdater.load(from: checkpoint, as: "actor.adam")
    try temperatureUpdater.load(from: checkpoint, as: "temperature.adam")
    logTemperature.elements = try checkpoint.floats("log_temperature", count: 1)
    try loop.load(from: checkpoint)
    updates = try checkpoint.integers("actor.updates", count: 1)[0]
    targetUpdates = try checkpoint.integers("target_updates", count: 1)[0]
    explorer = try checkpoint.decode("explorer")
    noise = try checkpoint.decode("noise")
    if configuration.explorationNoise != .none { exploration = try checkpoint.decode("exploration") }
  }
}
