import BLASBridge
import Learning
import Randomness
import Settings
import Telemetry

/// The hyperparameters of an algorithm that climbs Q along a deterministic policy.
package protocol DeterministicPolicyConfiguration: AgentConfiguration {
  static var agentName: String { get }
  static var agentSummary: String { get }
  var learningRate: Schedule { get }
  var replay: ReplaySettings { get }
  var tau: Double { get }
  var criticCount: Int { get }
  /// Critic updates per update of the actor and the targets.
  var policyDelay: Int { get }
  /// The deviation of the noise on the target policy's actions, and where it is clipped.
  var targetNoise: (deviation: Double, clip: Double) { get }
  var explorationNoise: ExplorationNoise.Kind { get }
  var explorationDeviation: Double { get }
  var hiddenWidths: [Int] { get }
  var activation: Activation { get }
}

extension DeterministicPolicyConfiguration {
  package func validate(for environment: EnvironmentSpecification) throws(HyperparameterError) {
    _ = try ActionScaling(environment, agent: Self.agentName)
    try replay.validate()
  }

  package func memory(for environment: EnvironmentSpecification, environmentCount: Int, budget: Int) -> MemoryEstimate {
    var memory = replay.memory(for: environment, budget: budget)
    let (features, actions) = (ObservationEncoding(environment.observationSpace).width, environment.actionSpace.width)
    let rows = max(replay.batchSize, environmentCount)
    memory.addNetwork(
      widths: [features] + hiddenWidths + [actions], floatsPerParameter: 6, rows: rows, workspaces: 2,
      lower: ReplaySettings.sizes)
    for _ in 0..<criticCount {
      memory.addNetwork(
        widths: [features + actions] + hiddenWidths + [1], floatsPerParameter: 6, rows: rows,
        lower: ReplaySettings.sizes)
    }
    return memory
  }

  /// μ
  fileprivate func actor(for environment: EnvironmentSpecification) -> Network {
    Network(
      widths: [ObservationEncoding(environment.observationSpace).width] + hiddenWidths + [
        environment.actionSpace.width
      ],
      hidden: activation, output: .tanh, initializer: .fanIn)
  }

  fileprivate func head(_ scaling: ActionScaling) -> DeterministicHead {
    DeterministicHead(scaling: scaling, deviation: Float(explorationDeviation))
  }
}

/// A deterministic actor that climbs its critics' values, from replayed transitions: DDPG, and TD3 with two critics, a
/// delayed actor and noise on the target's actions.
package final class DeterministicPolicyGradient<Configuration: DeterministicPolicyConfiguration>: Agent {
  package static var name: String { Configuration.agentName }
  package static var summary: String { Configuration.agentSummary }

  package let configuration: Configuration
  let loop: ReplayLoop
  let critics: Critics
  let actorParameters: FloatBuffer
  let actorTargetParameters: FloatBuffer
  let actorGradient: FloatBuffer
  private let scaling: ActionScaling
  private let actor: Network
  private let workspace: Network.Workspace
  private let targetWorkspace: Network.Workspace
  private let actorUpdater: Updater
  private let watch: NetworkWatch
  private var exploration: ExplorationNoise
  private var noise: CounterGenerator
  private var updates = 0
  private var targetUpdates = 0
  private let rows: Int
  /// `[B, A]` and `[B]`
  private let actionGradient: FloatBuffer
  private let targetActions: FloatBuffer
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
      configuration.replay, for: environment, environmentCount: environmentCount, scalesActions: true,
      cadence: configuration.policyDelay,
      seed: root)
    rows = max(configuration.replay.batchSize, environmentCount)
    let (features, width, hidden) = (loop.encoding.width, scaling.width, configuration.hiddenWidths)
    actor = configuration.actor(for: environment)
    critics = Critics(
      count: configuration.criticCount, features: features, actionWidth: width, hidden: hidden,
      activation: configuration.activation, rows: rows, seed: root.child(named: "critics"))
    workspace = actor.makeWorkspace(rows: rows)
    targetWorkspace = actor.makeWorkspace(rows: rows)
    actorParameters = FloatBuffer(count: actor.parameterCount)
    actorTargetParameters = FloatBuffer(count: actor.parameterCount)
    actorGradient = FloatBuffer(count: actor.parameterCount)
    var generator = CounterGenerator(root.child(named: "actor"))
    actor.initialize(actorParameters.base, using: &generator)
    actorTargetParameters.elements = actorParameters.elements
    watch = NetworkWatch([("actor", actor, workspace, 0)], parameters: actorParameters, gradient: actorGradient)
    actorUpdater = Updater(actorParameters, along: actorGradient, by: Adam(parameterCount: actorParameters.count))
    exploration = ExplorationNoise(
      configuration.explorationNoise, deviation: Float(configuration.explorationDeviation),
      environmentCount: environmentCount,
      width: width, seed: root.child(named: "explorer"))
    noise = CounterGenerator(root.child(named: "noise"))
    actionGradient = FloatBuffer(count: rows * width)
    targetActions = FloatBuffer(count: rows * width)
    targets = FloatBuffer(count: rows)
  }

  package var times: PhaseTimes { loop.clock.times }
  package var updatesPerStep: Double? { loop.updatesPerStep }

  package func begin(in environment: any VectorEnvironment, seed: UInt64) { loop.begin(in: environment, seed: seed) }

  package func iterate(
    in environment: any VectorEnvironment, progress: TrainingProgress, reporting sink: any MetricSink
  ) throws -> Int {
    var (actorLoss, criticLoss, value, actorUpdates, criticUpdates) = (0.0, 0.0, 0.0, 0.0, 0.0)
    var errors = ValueErrors()
    var (criticNorm, actorNorm) = (0.0, 0.0)
    let collected = try loop.iterate(
      in: environment, progress: progress, reporting: sink,
      choose: { features, steps, actions in
        if loop.isWarmingUp(steps) {
          exploration.uniform(into: actions)
        } else {
          let chosen = actor.forward(
            features, rows: loop.buffer.environmentCount, parameters: actorParameters.base, in: workspace)
          actions.update(from: chosen, count: loop.buffer.environmentCount * scaling.width)
        }
        exploration.add(to: actions)
      },
      translate: { scaling.unscale($0, rows: loop.buffer.environmentCount, into: $1) },
      learn: { now, isLast, look in
        let rate = configuration.learningRate.value(remaining: now.remaining)
        let losses = improveCritics(learningRate: rate, look: look)
        errors.take(values: critics.values, targets: targets.base, rows: loop.sample.rows)
        criticLoss += losses.loss
        value += losses.value
        criticUpdates += 1
        updates += 1
        if updates % configuration.policyDelay == 0 {
          actorLoss += improveActor(learningRate: rate, look: look)
          actorUpdates += 1
        }
        if isLast {
          criticNorm = critics.gradientNorm
          actorNorm = actorUpdater.gradientNorm
        }
      },
      ended: { exploration.restart($0, of: loop.buffer.environmentCount) })
    let step = progress.steps + collected
    let now = TrainingProgress(steps: step, budget: progress.budget)
    if criticUpdates > 0 {
      sink.record(.trainCriticLoss, criticLoss / criticUpdates, step: step)
      sink.record(.trainQValue, value / criticUpdates, step: step)
      sink.record(.trainLearningRate, configuration.learningRate.value(remaining: now.remaining), step: step)
      errors.report(step: step, to: sink)
      sink.record("train/target_distance", critics.targetDistance, step: step)
      sink.record(.trainTargetUpdates, Double(targetUpdates), step: step)
    }
    if actorUpdates > 0 {
      sink.record("train/actor_loss", actorLoss / actorUpdates, step: step)
      sink.record(.trainGradNorm, criticNorm, step: step)
      sink.record("train/actor_grad_norm", actorNorm, step: step)
    }
    return collected
  }

  // MARK: Learn

  /// Moves the critics towards y = R + γⁿ min Q⁻(s', clip(μ⁻(s') + clip(ε))).
  private func improveCritics(learningRate: Double, look: Look?) -> (loss: Double, value: Double) {
    let sample = loop.sample
    let rows = sample.rows
    let chosen = actor.forward(
      sample.nextObservations.base, rows: rows, parameters: actorTargetParameters.base, in: targetWorkspace)
    let (deviation, clip) = (Float(configuration.targetNoise.deviation), Float(configuration.targetNoise.clip))
    for i in 0..<rows * scaling.width {
      var action = chosen[i]
      if deviation > 0 { action += min(max(deviation * noise.normal(), -clip), clip) }
      targetActions.base[i] = min(max(action, -1), 1)
    }
    critics.targetMinimum(sample.nextObservations.base, targetActions.base, rows: rows, into: targets.base)
    for row in 0..<rows {
      targets.base[row] = sample.rewards.base[row] + sample.discounts.base[row] * targets.base[row]
    }
    let losses = critics.lossAndGradient(
      sample.observations.base, sample.actions.base, targets: targets.base, rows: rows, weight: 1)
    if let look, look.isDetailed { show(look) }
    critics.update(learningRate: learningRate, rows: rows, look: look)
    return losses
  }

  /// One step of the actor, then all targets follow.
  private func improveActor(learningRate: Double, look: Look?) -> Double {
    let loss = actorLossAndGradient()
    watch.around(look, rows: loop.sample.rows) { actorUpdater.update(learningRate: learningRate) }
    polyak(critics.targetParameters, towards: critics.parameters, by: Float(configuration.tau))
    polyak(actorTargetParameters, towards: actorParameters, by: Float(configuration.tau))
    targetUpdates += 1
    return loss
  }

  /// −mean Q₁(s, μ(s)) over the sample, and its gradient (the deterministic policy gradient, Silver et al. 2014).
  func actorLossAndGradient() -> Double {
    let sample = loop.sample
    let rows = sample.rows
    let actions = actor.forward(
      sample.observations.base, rows: rows, parameters: actorParameters.base, in: workspace)
    let value = critics.valueAndActionGradient(
      sample.observations.base, actions, rows: rows, used: 1, into: actionGradient.base)
    for i in 0..<rows * scaling.width { workspace.outputGradient[i] = -actionGradient.base[i] }
    actor.backward(
      sample.observations.base, rows: rows, parameters: actorParameters.base, in: workspace,
      gradient: actorGradient.base)
    return -value
  }

  package var tensors: [String] {
    critics.watch.tensors + watch.tensors + ReplaySample.tensors + signals("q_values", "targets")
  }

  /// Of the sample that is learnt from: Q of the first critic.
  private func show(_ look: Look) {
    loop.sample.show(look)
    look.show("q_values", critics.values, count: loop.sample.rows)
    look.show("targets", targets.base, count: loop.sample.rows)
  }

  // MARK: Act for others, save, load

  /// μ(s), with the exploration's noise (drawn anew for every call) where not deterministic.
  package var policy: any Policy {
    NetworkPolicy(
      loop.encoding, actor, parameters: actorParameters.elements, configuration.head(scaling), rows: rows)
  }

  package static func policy(
    in checkpoint: Checkpoint, _ configuration: Configuration, for environment: EnvironmentSpecification
  ) throws -> any Policy {
    let actor = configuration.actor(for: environment)
    return NetworkPolicy(
      ObservationEncoding(environment.observationSpace), actor,
      parameters: try actor.parameters(in: checkpoint, as: "actor"),
      configuration.head(try ActionScaling(environment, agent: name)), rows: configuration.replay.batchSize)
  }

  package func save(into checkpoint: inout Checkpoint) {
    actor.save(actorParameters.base, into: &checkpoint, as: "actor")
    actor.save(actorTargetParameters.base, into: &checkpoint, as: "actor.target")
    critics.save(into: &checkpoint)
    actorUpdater.save(into: &checkpoint, as: "actor.adam")
    loop.save(into: &checkpoint)
    checkpoint.set("actor.updates", [updates])
    checkpoint.set("target_updates", [targetUpdates])
    checkpoint.set("exploration", encoding: exploration)
    checkpoint.set("noise", encoding: noise)
  }

  package func loadPolicy(from checkpoint: Checkpoint) throws {
    try actor.load(actorParameters.base, from: checkpoint, as: "actor")
  }

  package func load(from checkpoint: Checkpoint) throws {
    try loadPolicy(from: checkpoint)
    try actor.load(actorTargetParameters.base, from: checkpoint, as: "actor.target")
    try critics.load(from: checkpoint)
    try actorUpdater.load(from: checkpoint, as: "actor.adam")
    try loop.load(from: checkpoint)
    updates = try checkpoint.integers("actor.updates", count: 1)[0]
    targetUpdates = try checkpoint.integers("target_updates", count: 1)[0]
    exploration = try checkpoint.decode("exploration")
    noise = try checkpoint.decode("noise")
  }
}
