import BLASBridge
import Learning
import Randomness
import Settings
import Telemetry

/// Advantage actor-critic, the synchronous form of A3C (Mnih et al. 2016, "Asynchronous Methods for Deep Reinforcement
/// Learning", algorithm S3): one gradient step on every short segment. Names and defaults are Stable-Baselines3's,
/// RMSProp included (squares start at 0, ε outside the root).
public final class A2C: Agent {
  public struct Configuration: AgentConfiguration {
    public var learningRate = Schedule.constant(7e-4)
    public var segmentLength = 5
    public var gamma = 0.99
    public var lambda = 1.0
    public var entropyCoefficient = 0.0
    public var valueCoefficient = 0.5
    public var maximumGradientNorm = 0.5
    public var usesRMSProp = true
    public var normalizesAdvantages = false
    public var hiddenWidths = [64, 64]
    public var activation = Activation.tanh
    public var sharesTrunk = false
    public var isOrthogonal = true
    public var logDeviation = 0.0
    public var normalizes = false
    public var masksActions = false
    public init() {}

    public static let hyperparameters: [Hyperparameter<Configuration>] = [
      .schedule("learning_rate", \.learningRate, .nonNegative, "the optimizer's step size"),
      .integer(
        "n_steps", \.segmentLength, .atLeast(1, limit: Bounds.mostRows), "steps each copy takes between updates"),
      .number("gamma", \.gamma, .unit, "discount factor γ"),
      .number("gae_lambda", \.lambda, .unit, "λ of generalised advantage estimation; 1: n-step returns"),
      .number("ent_coef", \.entropyCoefficient, .nonNegative, "weight of the entropy bonus"),
      .number("vf_coef", \.valueCoefficient, .nonNegative, "weight of the value loss"),
      .number("max_grad_norm", \.maximumGradientNorm, .positive, "the global gradient norm is clipped to this"),
      .flag("use_rms_prop", \.usesRMSProp, "RMSProp, else Adam"),
      .flag("normalize_advantage", \.normalizesAdvantages, "scale each segment's advantages to mean 0, deviation 1"),
      .widths("net_arch", \.hiddenWidths, "widths of the hidden layers"),
      .choice("activation_fn", \.activation, "what follows each hidden layer"),
      .flag("share_trunk", \.sharesTrunk, "policy and value share the hidden layers"),
      .flag("ortho_init", \.isOrthogonal, "weights start orthogonal; else uniform by the number of inputs"),
      .number("log_std_init", \.logDeviation, .finite, "logarithm of continuous actions' deviation at the start"),
      .flag("normalize", \.normalizes, "scale observations and rewards by their running statistics"),
      .flag("mask_actions", \.masksActions, "take only actions that the world's action mask leaves"),
    ]

    var design: ActorCritic.Design {
      ActorCritic.Design(
        hidden: hiddenWidths, activation: activation, sharesTrunk: sharesTrunk, isOrthogonal: isOrthogonal,
        logDeviation: logDeviation, normalizesObservations: normalizes, masksActions: masksActions)
    }

    public func validate(for world: EnvironmentSpecification) throws(HyperparameterError) {
      if masksActions, !world.masksActions {
        throw HyperparameterError(
          "mask_actions requires an environment with action masks; \(world.id) has none")
      }
    }

    public func memory(for world: EnvironmentSpecification, copies: Int, budget: Int) -> MemoryEstimate {
      var memory = MemoryEstimate()
      memory.add(
        "the steps learnt from",
        bytes: Segment.bytes(
          steps: segmentLength, copies: copies, for: world, masked: masksActions), lower: "n_steps or n_envs")
      memory.addActorCritic(
        for: world, hidden: hiddenWidths, sharesTrunk: sharesTrunk, rows: segmentLength * copies,
        lower: "net_arch, n_steps or n_envs")
      return memory
    }

    public func iterationLength(copies: Int) -> Double { Double(segmentLength) * Double(copies) }
  }

  public static let name = "a2c"
  public static let summary = "Advantage actor-critic, synchronous (Mnih et al. 2016)"

  public let configuration: Configuration
  let network: ActorCritic
  let collector: Collector
  private let updater: Updater
  private let watch: NetworkWatch
  private var updates = 0
  /// `[T N]` each.
  private let logProbabilities: FloatBuffer
  private let entropies: FloatBuffer
  private let logProbabilityGradient: FloatBuffer
  private let entropyGradient: FloatBuffer

  /// Transitions after which an iteration ends at the next update: often enough to report and to stop.
  private static let iterationLength = 1_000

  public init(_ configuration: Configuration, for world: EnvironmentSpecification, copies: Int, seed: UInt64) throws {
    try configuration.validate(for: world)
    try Segment.check(steps: configuration.segmentLength, copies: copies)
    self.configuration = configuration
    let root = SeedSequence(seed)
    let count = configuration.segmentLength * copies
    network = ActorCritic(
      for: world,
      configuration.design,
      rows: count, seed: root.child(named: "network"))
    collector = Collector(
      steps: configuration.segmentLength, copies: copies, for: world, network: network,
      normalizesRewards: configuration.normalizes, masksActions: configuration.masksActions,
      gamma: configuration.gamma, seed: root)
    watch = network.makeWatch(gradient: network.gradient)
    let parameterCount = network.parameters.count
    updater = Updater(
      network.parameters, along: network.gradient,
      by: configuration.usesRMSProp
        ? RMSProp(parameterCount: parameterCount, decay: 0.99, epsilon: 1e-5, form: .plain)
        : Adam(parameterCount: parameterCount, epsilon: 1e-5),
      maximumNorm: configuration.maximumGradientNorm)
    logProbabilities = FloatBuffer(count: count)
    entropies = FloatBuffer(count: count)
    logProbabilityGradient = FloatBuffer(count: count)
    entropyGradient = FloatBuffer(count: count)
  }

  public var times: PhaseTimes { collector.clock.times }
  public var updatesPerStep: Double? { 1 / Double(collector.segment.count) }

  public func begin(in world: any VectorEnvironment, seed: UInt64) {
    collector.begin(in: world, with: network, seed: seed)
  }

  public func iterate(
    in world: any VectorEnvironment, progress: Progress, reporting sink: any MetricSink
  ) throws -> Int {
    let end = min(progress.steps + Self.iterationLength, progress.budget)
    var (now, sums, count) = (progress, Losses(), 0.0)
    var advantages = AdvantageStatistics()
    repeat {
      try collector.collect(in: world, with: network, from: now.steps, reporting: sink)
      collector.clock.start()
      collector.estimate(with: network, gamma: configuration.gamma, lambda: configuration.lambda)
      now.steps += collector.segment.count
      advantages.take(collector.segment)
      if configuration.normalizesAdvantages, collector.segment.count > 1 {
        standardize(collector.segment.advantages.base, count: collector.segment.count)
      }
      let losses = lossAndGradient()
      let isFirst = updates == 0
      let look =
        isFirst || now.steps >= end ? sink.look(from: progress.steps, to: now.steps, isFirst: isFirst) : nil
      watch.around(look, rows: collector.segment.count) {
        sums.gradientNorm += updater.update(
          learningRate: configuration.learningRate.value(remaining: now.remaining))
      }
      if let look, look.isDetailed { collector.segment.show(look) }
      updates += 1
      count += 1
      sums.policy += losses.policy
      sums.value += losses.value
      sums.entropy += losses.entropy
      collector.clock.lap(.update)
    } while now.steps < end
    collector.report(from: progress.steps, to: now.steps, sink)
    advantages.report(step: now.steps, to: sink)
    report(sums, over: count, at: now, to: sink)
    return now.steps - progress.steps
  }

  struct Losses {
    var policy = 0.0
    var value = 0.0
    var entropy = 0.0
    var total = 0.0
    var gradientNorm = 0.0
  }

  /// The loss of the segment, and its gradient into `network.gradient`.
  ///
  /// L = −mean(A log π(a|s)) + c_v mean((R − V)²) − c_e mean(H)
  func lossAndGradient() -> Losses {
    let segment = collector.segment
    let rows = segment.count
    let values = network.forward(segment.features.base, rows: rows, masks: segment.masks)
    network.distribution.logProbability(of: segment.actions.base, rows: rows, into: logProbabilities.base)
    network.distribution.entropy(rows: rows, into: entropies.base)
    let share = 1 / Float(rows)
    let entropyShare = -Float(configuration.entropyCoefficient) * share
    let valueShare = 2 * Float(configuration.valueCoefficient) * share
    var losses = Losses()
    for i in 0..<rows {
      let advantage = segment.advantages.base[i]
      losses.policy -= Double(advantage * logProbabilities.base[i]) / Double(rows)
      losses.entropy += Double(entropies.base[i]) / Double(rows)
      logProbabilityGradient.base[i] = -advantage * share
      entropyGradient.base[i] = entropyShare
      let error = values[i] - segment.returns.base[i]
      losses.value += Double(error * error) / Double(rows)
      network.valueGradient[i] = valueShare * error
    }
    network.backward(
      segment.features.base, actions: segment.actions.base, logProbabilityGradient: logProbabilityGradient.base,
      entropyGradient: entropyGradient.base, rows: rows)
    losses.total =
      losses.policy + configuration.valueCoefficient * losses.value - configuration.entropyCoefficient * losses.entropy
    return losses
  }

  public var tensors: [String] { watch.tensors + Segment.tensors }

  private func report(_ sums: Losses, over count: Double, at now: Progress, to sink: any MetricSink) {
    let step = now.steps
    sink.record("train/policy_loss", sums.policy / count, step: step)
    sink.record("train/value_loss", sums.value / count, step: step)
    sink.record("train/entropy_loss", -sums.entropy / count, step: step)
    sink.record("train/grad_norm", sums.gradientNorm / count, step: step)
    sink.record("train/learning_rate", configuration.learningRate.value(remaining: now.remaining), step: step)
    sink.record("train/n_updates", Double(updates), step: step)
    network.reportEntropy(sums.entropy / count, step: step, to: sink)
    if let variance = collector.segment.explainedVariance {
      sink.record("train/explained_variance", variance, step: step)
    }
  }

  // MARK: Act, save, load

  public var policy: any Policy { network.policy }

  public static func policy(
    in checkpoint: Checkpoint, _ configuration: Configuration, for world: EnvironmentSpecification
  ) throws -> any Policy {
    try ActorCritic.policy(in: checkpoint, configuration.design, for: world, rows: configuration.segmentLength)
  }

  public func save(into checkpoint: inout Checkpoint) {
    network.save(into: &checkpoint)
    updater.save(into: &checkpoint, as: "optimizer")
    collector.save(into: &checkpoint)
    checkpoint.set("updates", [updates])
  }

  public func loadPolicy(from checkpoint: Checkpoint) throws { try network.load(from: checkpoint) }

  public func load(from checkpoint: Checkpoint) throws {
    try loadPolicy(from: checkpoint)
    try updater.load(from: checkpoint, as: "optimizer")
    try collector.load(from: checkpoint, with: network)
    updates = try checkpoint.integers("updates", count: 1)[0]
  }
}
