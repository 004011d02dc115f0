import BLASBridge
import Learning
import Randomness
import Telemetry

/// The loop of off-policy algorithms: every `trainFrequency` steps of all copies a round of updates from the buffer.
final class ReplayLoop {
  let settings: ReplaySettings
  let encoding: ObservationEncoding
  let buffer: ReplayBuffer
  let sample: ReplaySample
  private var statistics: EpisodeStatistics
  private var batch: StepBatch
  private var sampler: CounterGenerator
  private let features: FloatBuffer
  private let observations: FloatBuffer
  /// `[N, A]`: as remembered, and as the world takes them.
  private let actions: FloatBuffer
  private let worldActions: FloatBuffer
  private var updates = 0

  /// Transitions after which an iteration ends at the next round: often enough to report and to stop.
  private static let iterationLength = 250

  init(_ settings: ReplaySettings, for world: EnvironmentSpecification, copies: Int, seed: SeedSequence) {
    self.settings = settings
    let (width, actionWidth) = (world.observationSpace.width, world.actionSpace.width)
    encoding = ObservationEncoding(world.observationSpace)
    buffer = ReplayBuffer(
      capacity: settings.capacity, copies: copies, observationWidth: width, actionWidth: actionWidth)
    sample = ReplaySample(rows: settings.batchSize, features: encoding.width, actionWidth: actionWidth)
    statistics = EpisodeStatistics(copies: copies)
    batch = StepBatch(count: copies, width: width)
    sampler = CounterGenerator(seed.child(named: "replay"))
    features = FloatBuffer(count: copies * encoding.width)
    observations = FloatBuffer(count: copies * width)
    actions = FloatBuffer(count: copies * actionWidth)
    worldActions = FloatBuffer(count: copies * actionWidth)
  }

  func begin(in world: any VectorEnvironment, seed: UInt64) { world.reset(seed: seed, into: &batch) }

  /// Whether the buffer holds enough to learn from once `steps` transitions were collected.
  func hasStarted(_ steps: Int) -> Bool { steps > settings.learningStarts && buffer.count > 0 }

  /// Collects and learns for a while; returns the number of transitions.
  ///
  /// `choose` writes the actions `[N, A]` to remember for features `[N, F]` after `steps` transitions; `translate` what
  /// the world takes for them; `update` learns from `sample`, which was drawn anew.
  func iterate(
    in world: any VectorEnvironment, progress: Progress, reporting sink: any MetricSink,
    choose: (_ features: UnsafePointer<Float>, _ steps: Int, _ actions: UnsafeMutablePointer<Float>) -> Void,
    translate: (_ actions: UnsafePointer<Float>, _ worldActions: UnsafeMutablePointer<Float>) -> Void,
    update: (_ now: Progress) -> Void
  ) -> Int {
    var now = progress
    let end = min(progress.steps + Self.iterationLength, progress.budget)
    repeat {
      let before = now.steps
      for _ in 0..<settings.trainFrequency {
        step(world, &now.steps, reporting: sink, choose: choose, translate: translate)
        if now.steps >= progress.budget { break }
      }
      if hasStarted(now.steps) {
        for _ in 0..<(settings.gradientSteps ?? now.steps - before) {
          buffer.sample(
            rows: settings.batchSize, steps: settings.steps, gamma: Float(settings.gamma), encoding: encoding,
            using: &sampler, into: sample)
          update(now)
          updates += 1
        }
      }
    } while now.steps < end
    statistics.report(step: now.steps, to: sink)
    sink.record("train/n_updates", Double(updates), step: now.steps)
    return now.steps - progress.steps
  }

  private func step(
    _ world: any VectorEnvironment, _ steps: inout Int, reporting sink: any MetricSink,
    choose: (_ features: UnsafePointer<Float>, _ steps: Int, _ actions: UnsafeMutablePointer<Float>) -> Void,
    translate: (_ actions: UnsafePointer<Float>, _ worldActions: UnsafeMutablePointer<Float>) -> Void
  ) {
    batch.observations.withUnsafeBufferPointer {
      observations.base.update(from: $0.baseAddress!, count: observations.count)
    }
    encoding.encode(observations.base, rows: buffer.copies, into: features.base)
    choose(features.base, steps, actions.base)
    translate(actions.base, worldActions.base)
    world.step(UnsafeBufferPointer(start: worldActions.base, count: worldActions.count).span, into: &batch)
    steps += buffer.copies
    buffer.append(observations: observations.base, actions: actions.base, batch)
    statistics.record(batch, step: steps, to: sink)
  }

  func save(into checkpoint: inout Checkpoint) {
    buffer.save(into: &checkpoint)
    checkpoint.set("observations", batch.observations)
    checkpoint.set("updates", [updates])
    checkpoint.set("statistics", encoding: statistics)
    checkpoint.set("replay.sampler", encoding: sampler)
  }

  func load(from checkpoint: Checkpoint) throws {
    try buffer.load(from: checkpoint)
    batch.observations = try checkpoint.floats("observations", count: batch.observations.count)
    updates = try checkpoint.integers("updates", count: 1)[0]
    statistics = try checkpoint.decode("statistics")
    sampler = try checkpoint.decode("replay.sampler")
  }
}
