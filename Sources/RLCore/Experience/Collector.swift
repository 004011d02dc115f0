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
    observe(with: network, learning: true)
  }

  /// The features of the newest observations; `learning` takes these into the statistics first.
  private func observe(with network: ActorCritic, learning: Bool) {
    batch.observations.withUnsafeBufferPointer {
      network.extract($0.baseAddress!, rows: segment.environmentCount, learning: learning, into: nextFeatures.base)
    }
  }

  /// Fills the segment; episodes that end are recorded, counted from `step` transitions on. Throws where the policy has
  /// diverged or the environments have failed.
  func collect(
    in environment: any VectorEnvironment, with network: ActorCritic, from step: Int, reporting sink: any MetricSink
  ) throws {
    let environmentCount = segment.environmentCount
    segment.begin()
    clock.start()
    for t in 0..<segment.steps {
      let row = t * environmentCount
      let features = segment.features.base + row * segment.featureWidth
      features.update(from: nextFeatures.base, count: nextFeatures.count)
      batch.observations.withUnsafeBufferPointer {
        rollout.observe($0.baseAddress!, rows: environmentCount, count: $0.count)
      }
      let masks = segment.masks.map { $0 + row * segment.maskWidth }
      if let masks {
        batch.actionMasks.withUnsafeBufferPointer { masks.update(from: $0.baseAddress!, count: $0.count) }
      }
      network.forwardPolicy(features, rows: environmentCount, masks: masks)
      let chosen = segment.actions.base + row * segment.actionWidth
      network.distribution.sample(rows: environmentCount, using: &sampler, into: chosen)
      network.distribution.logProbability(of: chosen, rows: environmentCount, into: segment.logProbabilities.base + row)
      network.distribution.translate(chosen, rows: environmentCount, into: worldActions.base)
      clock.lap(.policy)
      let taken = UnsafeBufferPointer(start: worldActions.base, count: worldActions.count)
      try rollout.check(taken, from: step, to: step + t * environmentCount, sink)
      environment.step(taken.span, into: &batch)
      try environment.checkFailure()
      clock.lap(.environment)
      rollout.record(chosen, batch, step: step + (t + 1) * environmentCount, to: sink)
      rewardNormalizer?.normalize(&batch)
      rollout.receive(batch)
      clock.start()
      observe(with: network, learning: true)
      segment.store(batch, at: t, with: network)
    }
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
    observe(with: network, learning: false)
  }
}
