import BLASBridge
import Learning
import Randomness
import Telemetry

/// The loop of off-policy algorithms: every `trainFrequency` steps of all environments a round of updates from the
/// buffer.
final class ReplayLoop {
  let settings: ReplaySettings
  let encoding: ObservationEncoding
  let buffer: ReplayBuffer
  let sample: ReplaySample
  private var rollout: RolloutSignals
  private(set) var clock = PhaseClock()
  private var batch: StepBatch
  private var sampler: CounterGenerator
  private let features: FloatBuffer
  private let observations: FloatBuffer
  /// `[N, A]`: as remembered, and as the environment takes them.
  private let actions: FloatBuffer
  private let worldActions: FloatBuffer
  private var updates = 0

  /// Transitions after which an iteration ends at the next round: often enough to report and to stop.
  private static let iterationLength = 250

  /// Updates of which the last one changes every network, so that it is the one to look at.
  private let cadence: Int

  /// `scalesActions`: what is remembered are numbers in −1 … 1.
  init(
    _ settings: ReplaySettings, for environment: EnvironmentSpecification, environmentCount: Int,
    scalesActions: Bool = false,
    cadence: Int = 1, seed: SeedSequence
  ) {
    self.settings = settings
    self.cadence = cadence
    let (width, actionWidth) = (environment.observationSpace.width, environment.actionSpace.width)
    encoding = ObservationEncoding(environment.observationSpace)
    buffer = ReplayBuffer(
      capacity: settings.capacity, environmentCount: environmentCount, observationWidth: width, actionWidth: actionWidth
    )
    sample = ReplaySample(rows: settings.batchSize, features: encoding.width, actionWidth: actionWidth)
    rollout = RolloutSignals(
      for: environment, environmentCount: environmentCount, gamma: settings.gamma, scalesActions: scalesActions)
    batch = StepBatch(count: environmentCount, width: width)
    sampler = CounterGenerator(seed.child(named: "replay"))
    features = FloatBuffer(count: environmentCount * encoding.width)
    observations = FloatBuffer(count: environmentCount * width)
    actions = FloatBuffer(count: environmentCount * actionWidth)
    worldActions = FloatBuffer(count: environmentCount * actionWidth)
  }

  func begin(in environment: any VectorEnvironment, seed: UInt64) { environment.reset(seed: seed, into: &batch) }

  /// Updates per transition once learning has started.
  var updatesPerStep: Double {
    let round = Double(settings.trainFrequency) * Double(buffer.environmentCount)
    return (settings.gradientSteps.map(Double.init) ?? round) / round
  }

  /// Whether the action after `steps` transitions is still to be drawn uniformly.
  func isWarmingUp(_ steps: Int) -> Bool { steps < settings.learningStarts }

  /// Whether the buffer holds enough to learn from once `steps` transitions were collected.
  func hasStarted(_ steps: Int) -> Bool { steps > settings.learningStarts && buffer.count > 0 }

  /// Collects and learns for a while; returns the number of transitions.
  ///
  /// `choose` writes the actions `[N, A]` to remember for features `[N, F]` after `steps` transitions; `translate` what
  /// the environment takes for them; `learn` learns from `sample`, which was drawn anew; `isLast` in the iteration's
  /// last update that changes every network, and `look` is there where the networks are to be looked at. `ended` hears
  /// of each environment whose episode has ended.
  func iterate(
    in environment: any VectorEnvironment, progress: TrainingProgress, reporting sink: any MetricSink,
    choose: (_ features: UnsafePointer<Float>, _ steps: Int, _ actions: UnsafeMutablePointer<Float>) -> Void,
    translate: (_ actions: UnsafePointer<Float>, _ worldActions: UnsafeMutablePointer<Float>) -> Void,
    learn: (_ now: TrainingProgress, _ isLast: Bool, _ look: Look?) -> Void,
    ended: (_ copy: Int) -> Void = { _ in }
  ) throws -> Int {
    var now = progress
    let end = min(progress.steps + Self.iterationLength, progress.budget)
    repeat {
      let before = now.steps
      for _ in 0..<settings.trainFrequency {
        try step(environment, &now.steps, reporting: sink, choose: choose, translate: translate)
        if batch.hasEnding {
          for copy in 0..<buffer.environmentCount where batch.endings[copy] != .none { ended(copy) }
        }
        if now.steps >= progress.budget { break }
      }
      if hasStarted(now.steps) {
        clock.start()
        let count = settings.gradientSteps ?? now.steps - before
        let (stepsLeft, updatesLeft) = left(from: now.steps, to: end, updates: count)
        for update in 0..<count {
          buffer.sample(
            rows: settings.batchSize, steps: settings.steps, gamma: Float(settings.gamma), encoding: encoding,
            using: &sampler, into: sample)
          updates += 1
          let isLast = updates % cadence == 0 && updatesLeft + count - 1 - update < cadence
          let isDue =
            isLast && sink.signals.isDue(from: progress.steps, to: now.steps + stepsLeft)
            || updates == cadence && sink.signals.interval > 0
          learn(now, isLast, isDue ? Look(step: now.steps, sink: sink) : nil)
        }
        clock.lap(.update)
      }
    } while now.steps < end
    rollout.report(from: progress.steps, to: now.steps, sink)
    sink.record(.trainNUpdates, Double(updates), step: now.steps)
    sink.record("replay/size", Double(buffer.count), step: now.steps)
    sink.record(.replayCapacity, Double(buffer.capacity), step: now.steps)
    return now.steps - progress.steps
  }

  /// The transitions and updates that are to come in whole rounds of `updates` until `end`.
  private func left(from step: Int, to end: Int, updates: Int) -> (steps: Int, updates: Int) {
    let round = settings.trainFrequency * buffer.environmentCount
    let rounds = max(0, (end - step + round - 1) / round)
    return (rounds * round, rounds * updates)
  }

  private func step(
    _ environment: any VectorEnvironment, _ steps: inout Int, reporting sink: any MetricSink,
    choose: (_ features: UnsafePointer<Float>, _ steps: Int, _ actions: UnsafeMutablePointer<Float>) -> Void,
    translate: (_ actions: UnsafePointer<Float>, _ worldActions: UnsafeMutablePointer<Float>) -> Void
  ) throws {
    batch.observations.withUnsafeBufferPointer {
      observations.base.update(from: $0.baseAddress!, count: observations.count)
    }
    rollout.observe(observations.base, rows: buffer.environmentCount, count: observations.count)
    clock.start()
    encoding.encode(observations.base, rows: buffer.environmentCount, into: features.base)
    choose(features.base, steps, actions.base)
    translate(actions.base, worldActions.base)
    clock.lap(.policy)
    let taken = UnsafeBufferPointer(start: worldActions.base, count: worldActions.count)
    try rollout.check(taken, from: steps, to: steps, sink)
    environment.step(taken.span, into: &batch)
    try environment.checkFailure()
    clock.lap(.environment)
    steps += buffer.environmentCount
    buffer.append(observations: observations.base, actions: actions.base, batch)
    rollout.record(actions.base, batch, step: steps, to: sink)
    rollout.receive(batch)
  }

  func save(into checkpoint: inout Checkpoint) {
    buffer.save(into: &checkpoint)
    checkpoint.set("observations", batch.observations)
    checkpoint.set("updates", [updates])
    checkpoint.set("rollout", encoding: rollout)
    checkpoint.set("replay.sampler", encoding: sampler)
  }

  func load(from checkpoint: Checkpoint) throws {
    try buffer.load(from: checkpoint)
    batch.observations = try checkpoint.floats("observations", count: batch.observations.count)
    updates = try checkpoint.integers("updates", count: 1)[0]
    rollout = try checkpoint.decode("rollout")
    sampler = try checkpoint.decode("replay.sampler")
  }
}
