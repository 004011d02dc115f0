import BLASBridge
import Learning
import Randomness
import Settings
import Telemetry

/// Advantage actor-critic, the synchronous form of A3C (Mnih et al. 2016, "Asynchronous Methods for Deep Reinforcement
/// Learning", algorithm S3): one gradient step on every short segment. Names and defaults are Stable-Baselines3's,
/// RMSProp included (squares start at 0, ε outside the root).
package final class A2C: Agent {
  package struct Configuration: SegmentConfiguration {
    package var learningRate = Schedule.constant(7e-4)
    package var segmentLength = 5
    package var gamma = 0.99
    package var lambda = 1.0
    package var entropyCoefficient = 0.0
    package var valueCoefficient = 0.5
    package var maximumGradientNorm = 0.5
    package var usesRMSProp = true
    package var normalizesAdvantages = false
    package var hiddenWidths = [64, 64]
    package var activation = Activation.tanh
    package var sharesTrunk = false
    package var isOrthogonal = true
    package var logDeviation = 0.0
    package var normalizes = false
    package var masksActions = false
    package init() {}

    package static let hyperparameters: [Hyperparameter<Configuration>] =
      [
        .schedule("learning_rate", \.learningRate, .nonNegative, "the optimizer's step size"),
        .integer(
          "n_steps", \.segmentLength, .atLeast(1, limit: Bounds.mostRows),
          "steps each environment takes between updates"),
        .number("gamma", \.gamma, .unit, "discount factor γ"),
        .number("gae_lambda", \.lambda, .unit, "λ of generalised advantage estimation; 1: n-step returns"),
        .number("ent_coef", \.entropyCoefficient, .nonNegative, "weight of the entropy bonus"),
        .number("vf_coef", \.valueCoefficient, .nonNegative, "weight of the value loss"),
        .number("max_grad_norm", \.maximumGradientNorm, .positive, "the global gradient norm is clipped to this"),
        .flag("use_rms_prop", \.usesRMSProp, "RMSProp, else Adam"),
        .flag("normalize_advantage", \.normalizesAdvantages, "scale each segment's advantages to mean 0, std 1"),
      ] + networkHyperparameters

    package func memory(for environment: EnvironmentSpecification, environmentCount: Int, budget: Int) -> MemoryEstimate
    {
      memory(
        for: environment, environmentCount: environmentCount, rows: segmentLength * environmentCount,
        lower: "net_arch, n_steps or n_envs")
    }
  }

  package static let name = "a2c"
  package static let summary = "Advantage actor-critic, synchronous (Mnih et al. 2016)"

  package let configuration: Configuration
  let network: ActorCritic
  let collector: Collector

  /// Transitions after which an iteration ends at the next update: often enough to report and to stop.
  private static let iterationLength = 1_000

  package init(
    _ configuration: Configuration, for environment: EnvironmentSpecification, environmentCount: Int, seed: UInt64
  )
    throws
  {
    try configuration.validate(for: environment)
    try Segment.check(steps: configuration.segmentLength, environmentCount: environmentCount)
    self.configuration = configuration
    let root = SeedSequence(seed)
    network = ActorCritic(
      for: environment, configuration.design, rows: configuration.segmentLength * environmentCount,
      maximumNorm: configuration.maximumGradientNorm, seed: root.child(named: "network")
    ) { count -> any Optimizer in
      configuration.usesRMSProp
        ? RMSProp(parameterCount: count, decay: 0.99, epsilon: 1e-5, form: .plain)
        : Adam(parameterCount: count, epsilon: 1e-5)
    }
    collector = Collector(
      configuration, environmentCount: environmentCount, for: environment, network: network, seed: root)
  }

  package var times: PhaseTimes { collector.clock.times }
  package var updatesPerStep: Double? { 1 / Double(collector.segment.count) }

  package func begin(in environment: any VectorEnvironment, seed: UInt64) {
    collector.begin(in: environment, with: network, seed: seed)
  }

  package func iterate(
    in environment: any VectorEnvironment, progress: TrainingProgress, reporting sink: any MetricSink
  ) throws -> Int {
    let end = min(progress.steps + Self.iterationLength, progress.budget)
    var (now, sums, count) = (progress, ActorCriticLosses(), 0.0)
    var advantages = AdvantageStatistics()
    repeat {
      try collector.collect(in: environment, with: network, from: now.steps, reporting: sink)
      collector.clock.start()
      collector.estimate(with: network)
      now.steps += collector.segment.count
      advantages.take(collector.segment)
      if configuration.normalizesAdvantages, collector.segment.count > 1 {
        standardize(collector.segment.advantages.base, count: collector.segment.count)
      }
      sums += lossAndGradient().losses
      let isFirst = network.updates == 0
      let look =
        isFirst || now.steps >= end ? sink.look(from: progress.steps, to: now.steps, isFirst: isFirst) : nil
      sums.gradientNorm += network.update(
        learningRate: configuration.learningRate.value(remaining: now.remaining), rows: collector.segment.count,
        look: look)
      if let look, look.isDetailed { collector.segment.show(look) }
      count += 1
      collector.clock.lap(.update)
    } while now.steps < end
    collector.report(from: progress.steps, to: now.steps, sink)
    advantages.report(step: now.steps, to: sink)
    sums.report(
      over: count, of: network, learningRate: configuration.learningRate.value(remaining: now.remaining),
      step: now.steps, to: sink)
    collector.segment.reportExplainedVariance(step: now.steps, to: sink)
    return now.steps - progress.steps
  }

  /// The loss of the segment, and its gradient into `network.gradient`.
  ///
  /// L = −mean(A log π(a|s)) + c_v mean((R − V)²) − c_e mean(H)
  func lossAndGradient() -> (losses: ActorCriticLosses, total: Double) {
    let segment = collector.segment
    let rows = segment.count
    let values = network.evaluate(
      segment.features.base, actions: segment.actions.base, rows: rows, masks: segment.masks)
    let share = 1 / Float(rows)
    let entropyShare = -Float(configuration.entropyCoefficient) * share
    let valueShare = 2 * Float(configuration.valueCoefficient) * share
    var losses = ActorCriticLosses()
    for i in 0..<rows {
      let advantage = segment.advantages.base[i]
      losses.policy -= Double(advantage * network.logProbabilities.base[i]) / Double(rows)
      losses.entropy += Double(network.entropies.base[i]) / Double(rows)
      network.logProbabilityGradient.base[i] = -advantage * share
      network.entropyGradient.base[i] = entropyShare
      let error = values[i] - segment.returns.base[i]
      losses.value += Double(error * error) / Double(rows)
      network.valueGradient[i] = valueShare * error
    }
    network.backward(segment.features.base, actions: segment.actions.base, rows: rows)
    let total =
      losses.policy + configuration.valueCoefficient * losses.value - configuration.entropyCoefficient * losses.entropy
    return (losses, total)
  }

  package var tensors: [String] { network.tensors + Segment.tensors }

  // MARK: Act, save, load

  package var policy: any Policy { network.policy }

  package static func policy(
    in checkpoint: Checkpoint, _ configuration: Configuration, for environment: EnvironmentSpecification
  ) throws -> any Policy {
    try ActorCritic.policy(in: checkpoint, configuration.design, for: environment, rows: configuration.segmentLength)
  }

  package func save(into checkpoint: inout Checkpoint) {
    network.save(into: &checkpoint, optimizer: "optimizer")
    collector.save(into: &checkpoint)
  }

  package func loadPolicy(from checkpoint: Checkpoint) throws { try network.loadPolicy(from: checkpoint) }

  package func load(from checkpoint: Checkpoint) throws {
    try network.load(from: checkpoint, optimizer: "optimizer")
    try collector.load(from: checkpoint, with: network)
  }
}
