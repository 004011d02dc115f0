import BLASBridge
import Learning
import Randomness
import Telemetry

/// Plays T steps of N environments with a policy into a segment: what on-policy algorithms learn from.
///
/// Statistics of observations take in a step's new ones before anything is scaled, final observations included, as
/// Stable-Baselines3's VecNormalize does.
final class Collector {
  let segment: Segment
  private(set) var rollout: RolloutSignals
  var clock = PhaseClock()
  private var batch: StepBatch
  private var sampler: CounterGenerator
  private var rewardNormalizer: RewardNormalizer?
  private let gamma: Float
  private let lambda: Float
  /// `[N, A]`
  private let worldActions: FloatBuffer
  /// `[N, F]`: of the observations that the next action is chosen on, which the statistics have taken in.
  private let nextFeatures: FloatBuffer

  init(
    _ configuration: some SegmentConfiguration, environmentCount: Int, for environment: EnvironmentSpecification,
    network: ActorCritic,
    seed: SeedSequence
  ) {
    let actionWidth = environment.actionSpace.width
    let maskWidth = configuration.masksActions ? environment.maskWidth : nil
    (gamma, lambda) = (Float(configuration.gamma), Float(configuration.lambda))
    segment = Segment(
      steps: configuration.segmentLength, environmentCount: environmentCount, features: network.featureWidth,
      actionWidth: actionWidth,
      maskWidth: maskWidth ?? 0)
    rollout = RolloutSignals(
      for: environment, environmentCount: environmentCount, gamma: configuration.gamma, scalesActions: false)
    batch = StepBatch(count: environmentCount, width: environment.observationSpace.width, maskWidth: maskWidth)
    sampler = CounterGenerator(seed.child(named: "sampler"))
    rewardNormalizer =
      configuration.normalizes ? RewardNormalizer(environmentCount: environmentCount, gamma: configuration.gamma) : nil
    worldActions = FloatBuffer(count: environmentCount * actionWidth)
    nextFeatures = FloatBuffer(count: environmentCount * network.featureWidth)
  }

  func begin(in environment: any VectorEnvironment, with network: ActorCritic, seed: UInt64) {
    environment.reset(seed: seed, into: &batch)
    observe(0..<segment.environmentCount, with: network, learning: true)
  }

  /// The features of the newest observations of some environments; `learning` takes these into the statistics first.
  private func observe(_ rows: Range<Int>, with network: ActorCritic, learning: Bool) {
    batch.observations.withUnsafeBufferPointer {
      network.extract(
        $0.baseAddress! + rows.lowerBound * network.observationWidth, rows: rows.count, learning: learning,
        into: nextFeatures.base + rows.lowerBound * segment.featureWidth)
    }
  }

  /// Fills the segment; episodes that end are recorded, counted from `step` transitions on. Throws where the policy has
  /// diverged or the environments have failed.
  func collect(
    in environment: any VectorEnvironment, with network: ActorCritic, from step: Int, reporting sink: any MetricSink
  ) throws {
    segment.begin()
    clock.start()
    if let environment = environment as? any AsyncVector, environment.parts.count > 1 {
      try collectInParts(environment, with: network, from: step, sink)
    } else {
      try collectTogether(environment, with: network, from: step, sink)
    }
  }

  private func collectTogether(
    _ environment: any VectorEnvironment, with network: ActorCritic, from step: Int, _ sink: any MetricSink
  ) throws {
    let all = 0..<segment.environmentCount
    for t in 0..<segment.steps {
      inspect()
      try act(all, at: t, with: network, from: step, sink)
      environment.step(UnsafeBufferPointer(start: worldActions.base, count: worldActions.count).span, into: &batch)
      try environment.checkFailure()
      clock.lap(.environment)
      receive(at: t, from: step, sink)
      clock.start()
      observe(all, with: network, learning: true)
      segment.store(batch, at: t, with: network)
    }
  }

  /// A part is stepped while the policy acts for the next. The order is fixed: each part's observations, statistics and draws
  /// follow those of the part before, however long its step takes.
  private func collectInParts(
    _ environment: any AsyncVector, with network: ActorCritic, from step: Int, _ sink: any MetricSink
  ) throws {
    func send(_ part: Int, at t: Int) throws {
      try act(environment.parts[part], at: t, with: network, from: step, sink)
      environment.send(UnsafeBufferPointer(start: worldActions.base, count: worldActions.count).span, to: part)
    }
    inspect()
    for part in environment.parts.indices { try send(part, at: 0) }
    for t in 0..<segment.steps {
      clock.start()
      for (part, rows) in environment.parts.enumerated() {
        environment.receive(from: part, into: &batch)
        try environment.checkFailure()
        clock.lap(.environment)
        observe(rows, with: network, learning: true)
        if t + 1 < segment.steps { try send(part, at: t + 1) }
      }
      // All of the step is there, and nothing of the next has been received yet.
      receive(at: t, from: step, sink)
      segment.store(batch, at: t, with: network)
      if t + 1 < segment.steps { inspect() }
    }
    // By the statistics as a checkpoint has them: the first part was scaled before the last one was taken in.
    observe(0..<segment.environmentCount, with: network, learning: false)
  }

  /// Takes note of what actions are about to be chosen on.
  private func inspect() {
    batch.observations.withUnsafeBufferPointer {
      rollout.observe($0.baseAddress!, rows: segment.environmentCount, count: $0.count)
    }
  }

  /// Chooses the actions of some environments.
  private func act(
    _ rows: Range<Int>, at t: Int, with network: ActorCritic, from step: Int, _ sink: any MetricSink
  ) throws {
    let (own, row) = (rows.lowerBound, t * segment.environmentCount + rows.lowerBound)
    let features = segment.features.base + row * segment.featureWidth
    features.update(from: nextFeatures.base + own * segment.featureWidth, count: rows.count * segment.featureWidth)
    let masks = segment.masks.map { $0 + row * segment.maskWidth }
    if let masks {
      batch.actionMasks.withUnsafeBufferPointer {
        masks.update(from: $0.baseAddress! + own * segment.maskWidth, count: rows.count * segment.maskWidth)
      }
    }
    network.forwardPolicy(features, rows: rows.count, masks: masks)
    let chosen = segment.actions.base + row * segment.actionWidth
    let taken = worldActions.base + own * segment.actionWidth
    network.distribution.sample(rows: rows.count, using: &sampler, into: chosen)
    network.distribution.logProbability(of: chosen, rows: rows.count, into: segment.logProbabilities.base + row)
    network.distribution.translate(chosen, rows: rows.count, into: taken)
    clock.lap(.policy)
    try rollout.check(
      UnsafeBufferPointer(start: taken, count: rows.count * segment.actionWidth), from: step,
      to: step + t * segment.environmentCount, sink)
  }

  /// Takes in a step of all environments.
  private func receive(at t: Int, from step: Int, _ sink: any MetricSink) {
    let chosen = segment.actions.base + t * segment.environmentCount * segment.actionWidth
    rollout.record(chosen, batch, step: step + (t + 1) * segment.environmentCount, to: sink)
    rewardNormalizer?.normalize(&batch)
    rollout.receive(batch)
  }

  /// Records what an iteration collected.
  func report(from previous: Int, to step: Int, _ sink: any MetricSink) {
    rollout.report(from: previous, to: step, sink)
  }

  /// Values of everything collected, then advantages and returns.
  func estimate(with network: ActorCritic) {
    segment.estimate(with: network, nextFeatures: nextFeatures.base, gamma: gamma, lambda: lambda)
  }

  func save(into checkpoint: inout Checkpoint) {
    checkpoint.set("observations", batch.observations)
    if segment.masks != nil { checkpoint.set("action_masks", bytes: batch.actionMasks.map { $0 ? 1 : 0 }) }
    checkpoint.set("rollout", encoding: rollout)
    checkpoint.set("sampler", encoding: sampler)
    if let rewardNormalizer { checkpoint.set("reward_normalizer", encoding: rewardNormalizer) }
  }

  /// `network` has been loaded.
  func load(from checkpoint: Checkpoint, with network: ActorCritic) throws {
    batch.observations = try checkpoint.floats("observations", count: batch.observations.count)
    if segment.masks != nil {
      let bytes = try checkpoint.bytes("action_masks")
      guard bytes.count == batch.actionMasks.count else {
        throw CheckpointError("the checkpoint's action masks do not fit")
      }
      batch.actionMasks = bytes.map { $0 == 1 }
    }
    rollout = try checkpoint.decode("rollout")
    sampler = try checkpoint.decode("sampler")
    if rewardNormalizer != nil { rewardNormalizer = try checkpoint.decode("reward_normalizer") }
    observe(0..<segment.environmentCount, with: network, learning: false)
  }
}
