import BLASBridge
import CKernels
import Learning
import Randomness
import Settings
import Telemetry

/// Proximal policy optimization (Schulman et al. 2017, arXiv:1707.06347), with the implementation details that
/// published scores rest on (Huang et al. 2022, "The 37 Implementation Details of PPO").
///
/// An iteration collects T steps of N environments, estimates advantages by GAE(λ), and improves the policy and the
/// value by several epochs of minibatches. Names and defaults are Stable-Baselines3's.
package final class PPO: Agent {
  package struct Configuration: SegmentConfiguration {
    package var learningRate = Schedule.constant(3e-4)
    package var segmentLength = 2048
    package var minibatchSize = 64
    package var epochs = 10
    package var gamma = 0.99
    package var lambda = 0.95
    package var clipRange = Schedule.constant(0.2)
    package var valueClipRange: Schedule? = nil
    package var normalizesAdvantages = true
    package var entropyCoefficient = 0.0
    package var valueCoefficient = 0.5
    package var maximumGradientNorm = 0.5
    package var targetKL: Double? = nil
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
        .schedule("learning_rate", \.learningRate, .nonNegative, "Adam's step size"),
        .integer(
          "n_steps", \.segmentLength, .atLeast(1, limit: Bounds.mostRows),
          "steps each environment takes between updates (T)"),
        .integer("batch_size", \.minibatchSize, .atLeast(1), "transitions in a minibatch"),
        .integer("n_epochs", \.epochs, .atLeast(1, limit: 1_000), "passes over the segment in an update"),
        .number("gamma", \.gamma, .unit, "discount factor γ"),
        .number("gae_lambda", \.lambda, .unit, "λ of generalised advantage estimation"),
        .schedule("clip_range", \.clipRange, .positive, "ε: how far the probability ratio may move from 1"),
        .optionalSchedule(
          "clip_range_vf", \.valueClipRange, .positive, "how far the value may move; null: not clipped"),
        .flag(
          "normalize_advantage", \.normalizesAdvantages, "scale each minibatch's advantages to mean 0, std 1"),
        .number("ent_coef", \.entropyCoefficient, .nonNegative, "weight of the entropy bonus"),
        .number("vf_coef", \.valueCoefficient, .nonNegative, "weight of the value loss"),
        .number("max_grad_norm", \.maximumGradientNorm, .positive, "the global gradient norm is clipped to this"),
        .optionalNumber("target_kl", \.targetKL, .positive, "an update stops above 1.5 times this KL; null: never"),
      ] + networkHyperparameters

    package func memory(for environment: EnvironmentSpecification, environmentCount: Int, budget: Int) -> MemoryEstimate
    {
      memory(
        for: environment, environmentCount: environmentCount, rows: max(minibatchSize, environmentCount),
        lower: "net_arch or batch_size")
    }

    /// Of a minibatch, and of a whole pass.
    fileprivate func minibatchRows(environmentCount: Int) -> Int {
      min(minibatchSize, segmentLength * environmentCount)
    }
    fileprivate func rows(environmentCount: Int) -> Int {
      max(minibatchRows(environmentCount: environmentCount), environmentCount)
    }
  }

  package static let name = "ppo"
  package static let summary = "Proximal policy optimization, clipped (Schulman et al. 2017)"

  package let configuration: Configuration
  let network: ActorCritic
  let minibatch: Minibatch
  private let collector: Collector
  private var shuffler: CounterGenerator
  private var indices: [Int32]

  package init(
    _ configuration: Configuration, for environment: EnvironmentSpecification, environmentCount: Int, seed: UInt64
  )
    throws
  {
    try configuration.validate(for: environment)
    try Segment.check(steps: configuration.segmentLength, environmentCount: environmentCount)
    self.configuration = configuration
    let root = SeedSequence(seed)
    let count = configuration.segmentLength * environmentCount
    network = ActorCritic(
      for: environment, configuration.design, rows: configuration.rows(environmentCount: environmentCount),
      maximumNorm: configuration.maximumGradientNorm, seed: root.child(named: "network")
    ) { Adam(parameterCount: $0, epsilon: 1e-5) }
    collector = Collector(
      configuration, environmentCount: environmentCount, for: environment, network: network, seed: root)
    minibatch = Minibatch(
      size: configuration.minibatchRows(environmentCount: environmentCount), featureWidth: network.featureWidth,
      actionWidth: network.actionWidth, maskWidth: collector.segment.maskWidth)
    shuffler = CounterGenerator(root.child(named: "shuffler"))
    indices = Array(repeating: 0, count: count)
  }

  package var times: PhaseTimes { collector.clock.times }

  package var updatesPerStep: Double? {
    let count = collector.segment.count
    return Double(configuration.epochs * ((count + minibatch.size - 1) / minibatch.size)) / Double(count)
  }

  package func begin(in environment: any VectorEnvironment, seed: UInt64) {
    collector.begin(in: environment, with: network, seed: seed)
  }

  package func iterate(
    in environment: any VectorEnvironment, progress: TrainingProgress, reporting sink: any MetricSink
  ) throws -> Int {
    try collector.collect(in: environment, with: network, from: progress.steps, reporting: sink)
    collector.clock.start()
    collector.estimate(with: network)
    let count = collector.segment.count
    let now = TrainingProgress(steps: progress.steps + count, budget: progress.budget)
    let look = sink.look(from: progress.steps, to: now.steps, isFirst: network.updates == 0)
    let losses = improve(remaining: now.remaining, look: look)
    collector.clock.lap(.update)
    if let look, look.isDetailed { show(look) }
    collector.report(from: progress.steps, to: now.steps, sink)
    report(losses, at: now, to: sink)
    return count
  }

  // MARK: Improve

  /// Means over the minibatches of an update; `kl` over those of its last epoch.
  struct Losses {
    var policy = 0.0
    var value = 0.0
    var entropy = 0.0
    var total = 0.0
    var clipFraction = 0.0
    var kl = 0.0
    var gradientNorm = 0.0
    var learningRate = 0.0
    var clipRange = 0.0
    /// max |r − 1| over the first minibatch, before any update.
    var firstRatioError = 0.0
  }

  private func improve(remaining: Double, look: Look?) -> Losses {
    let clipRange = configuration.clipRange.value(remaining: remaining)
    let valueClipRange = configuration.valueClipRange?.value(remaining: remaining)
    var sum = Losses()
    var minibatches = 0.0
    sum.learningRate = configuration.learningRate.value(remaining: remaining)
    sum.clipRange = clipRange

    epochs: for _ in 0..<configuration.epochs {
      for i in indices.indices { indices[i] = Int32(i) }
      var span = indices.mutableSpan
      shuffler.shuffle(&span)
      var (kl, inEpoch) = (0.0, 0.0)
      var start = 0
      while start < collector.segment.count {
        let rows = min(minibatch.size, collector.segment.count - start)
        minibatch.gather(indices, from: start, rows: rows, of: collector.segment)
        if configuration.normalizesAdvantages && rows > 1 { standardize(minibatch.advantages.base, count: rows) }
        let losses = lossAndGradient(clipRange: Float(clipRange), valueClipRange: valueClipRange.map { Float($0) })
        kl += losses.kl
        inEpoch += 1
        minibatches += 1
        sum.policy += losses.policy
        sum.value += losses.value
        sum.entropy += losses.entropy
        sum.clipFraction += losses.clipFraction
        sum.total = losses.total
        sum.kl = kl / inEpoch
        if minibatches == 1 { sum.firstRatioError = minibatch.ratioError }
        if let target = configuration.targetKL, losses.kl > 1.5 * target { break epochs }
        sum.gradientNorm += network.update(
          learningRate: sum.learningRate, rows: rows, look: minibatches == 1 ? look : nil)
        start += rows
      }
    }
    sum.policy /= minibatches
    sum.value /= minibatches
    sum.entropy /= minibatches
    sum.clipFraction /= minibatches
    sum.gradientNorm /= minibatches
    return sum
  }

  /// The loss of the gathered minibatch, and its gradient into `network.gradient`.
  ///
  /// L = mean(−min(A r, A clip(r, 1 − ε, 1 + ε))) + c_v mean((R − V)²) − c_e mean(H), r = π(a|s) / π_old(a|s)
  /// (equations 7 and 9). `kl` is the k3 estimator mean(r − 1 − log r) (Schulman 2020, "Approximating KL divergence").
  func lossAndGradient(clipRange: Float, valueClipRange: Float?) -> Losses {
    let rows = minibatch.rows
    let values = network.evaluate(
      minibatch.features.base, actions: minibatch.actions.base, rows: rows, masks: minibatch.masks)
    // log r, then r, in place; the k3 estimator needs both.
    var logRatioSum = 0.0
    for i in 0..<rows {
      minibatch.ratios.base[i] = network.logProbabilities.base[i] - minibatch.logProbabilities.base[i]
      logRatioSum += Double(minibatch.ratios.base[i])
    }
    rl_exp(minibatch.ratios.base, minibatch.ratios.base, rows)

    let share = 1 / Float(rows)
    let entropyShare = -Float(configuration.entropyCoefficient) * share
    let valueShare = 2 * Float(configuration.valueCoefficient) * share
    var (policyLoss, valueLoss, entropy, ratioSum, clipped) = (0.0, 0.0, 0.0, 0.0, 0)
    for i in 0..<rows {
      let (ratio, advantage) = (minibatch.ratios.base[i], minibatch.advantages.base[i])
      let free = advantage * ratio
      let bounded = advantage * min(max(ratio, 1 - clipRange), 1 + clipRange)
      policyLoss -= Double(min(free, bounded))
      network.logProbabilityGradient.base[i] = free <= bounded ? -free * share : 0
      network.entropyGradient.base[i] = entropyShare
      ratioSum += Double(ratio)
      if abs(ratio - 1) > clipRange { clipped += 1 }
      entropy += Double(network.entropies.base[i])

      var (value, passes) = (values[i], true)
      if let valueClipRange {
        let old = minibatch.values.base[i]
        passes = abs(value - old) <= valueClipRange
        value = old + min(max(value - old, -valueClipRange), valueClipRange)
      }
      let error = value - minibatch.returns.base[i]
      valueLoss += Double(error * error)
      network.valueGradient[i] = passes ? valueShare * error : 0
    }
    network.backward(minibatch.features.base, actions: minibatch.actions.base, rows: rows)

    let n = Double(rows)
    var losses = Losses()
    losses.policy = policyLoss / n
    losses.value = valueLoss / n
    losses.entropy = entropy / n
    losses.total =
      losses.policy + configuration.valueCoefficient * losses.value - configuration.entropyCoefficient * losses.entropy
    losses.kl = (ratioSum - n - logRatioSum) / n
    losses.clipFraction = Double(clipped) / n
    return losses
  }

  package var tensors: [String] { network.tensors + Segment.tensors + signals("ratios") }

  /// Ratios are those of the last minibatch.
  private func show(_ look: Look) {
    collector.segment.show(look)
    look.show("ratios", minibatch.ratios.base, count: minibatch.rows)
  }

  private func report(_ losses: Losses, at progress: TrainingProgress, to sink: any MetricSink) {
    let step = progress.steps
    sink.record(.trainPolicyGradientLoss, losses.policy, step: step)
    sink.record(.trainValueLoss, losses.value, step: step)
    sink.record(.trainEntropyLoss, -losses.entropy, step: step)
    sink.record(.trainLoss, losses.total, step: step)
    sink.record(.trainApproxKL, losses.kl, step: step)
    sink.record(.trainClipFraction, losses.clipFraction, step: step)
    sink.record(.trainGradNorm, losses.gradientNorm, step: step)
    sink.record(.trainLearningRate, losses.learningRate, step: step)
    sink.record(.trainClipRange, losses.clipRange, step: step)
    if let schedule = configuration.valueClipRange {
      sink.record("train/clip_range_vf", schedule.value(remaining: progress.remaining), step: step)
    }
    sink.record(.trainNUpdates, Double(network.updates), step: step)
    sink.record(.trainFirstRatioError, losses.firstRatioError, step: step)
    network.reportEntropy(losses.entropy, step: step, to: sink)
    var advantages = AdvantageStatistics()
    advantages.take(collector.segment)
    advantages.report(step: step, to: sink)
    collector.segment.reportExplainedVariance(step: step, to: sink)
  }

  // MARK: Act, save, load

  package var policy: any Policy { network.policy }

  package static func policy(
    in checkpoint: Checkpoint, _ configuration: Configuration, for environment: EnvironmentSpecification
  ) throws -> any Policy {
    try ActorCritic.policy(
      in: checkpoint, configuration.design, for: environment, rows: configuration.rows(environmentCount: 1))
  }

  package func save(into checkpoint: inout Checkpoint) {
    network.save(into: &checkpoint, optimizer: "adam")
    collector.save(into: &checkpoint)
    checkpoint.set("shuffler", encoding: shuffler)
  }

  package func loadPolicy(from checkpoint: Checkpoint) throws { try network.loadPolicy(from: checkpoint) }

  package func load(from checkpoint: Checkpoint) throws {
    try network.load(from: checkpoint, optimizer: "adam")
    try collector.load(from: checkpoint, with: network)
    shuffler = try checkpoint.decode("shuffler")
  }
}
