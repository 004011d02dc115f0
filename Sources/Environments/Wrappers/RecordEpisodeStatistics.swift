import RLCore
import Telemetry

/// Keeps account of episodes, the environment's own rewards summed: Gymnasium's vector `RecordEpisodeStatistics`. Use it in your
/// own loops; trainings do so on their own.
///
/// ```swift
/// let environments = RecordEpisodeStatistics(try EnvironmentCatalogue.make("CartPole-v1", count: 1))
/// var batch = environments.makeBatch()
/// environments.reset(seed: 1, into: &batch)
/// for _ in 0..<20 { environments.step([1].span, into: &batch) }  // always to the right: the pole falls
/// print(environments.steps, environments.episodes.episodeLengths.count)  // 20 2
/// ```
///
/// A `sink` gets each episode that ends, counted in transitions over all environments. Seconds are not measured.
public final class RecordEpisodeStatistics: VectorWrapper {
  public let base: any VectorEnvironment
  public private(set) var episodes: EpisodeStatistics
  /// Transitions so far, over all environments.
  public private(set) var steps = 0
  private let sink: (any MetricSink)?

  public init(_ base: any VectorEnvironment, reportingTo sink: (any MetricSink)? = nil) {
    self.base = base
    self.sink = sink
    episodes = EpisodeStatistics(environmentCount: base.count)
  }

  public func reset(seed: UInt64, into batch: inout StepBatch) {
    base.reset(seed: seed, into: &batch)
    episodes.dropRunning()
  }

  public func step(_ actions: Span<Float>, into batch: inout StepBatch) {
    base.step(actions, into: &batch)
    steps += count
    episodes.record(batch, step: steps, autoReset: autoReset, to: sink)
  }

  public func snapshot() throws -> [UInt8] { try snapshot(with: State(episodes: episodes, steps: steps)) }

  public func restore(_ snapshot: [UInt8]) throws {
    let read = try restore(snapshot, as: State.self)
    (episodes, steps) = (read.episodes, read.steps)
  }

  private struct State: Codable {
    var episodes: EpisodeStatistics
    var steps: Int
  }
}
