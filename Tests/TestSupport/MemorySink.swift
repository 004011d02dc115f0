import Telemetry

/// Keeps what is recorded, for tests to look at.
///
///     let sink = MemorySink()
///     _ = try trainer.train(into: sink)
///     #expect(sink.last("final/mean_reward") == 1)
package final class MemorySink: RunSink {
  /// Which points are kept.
  package enum Keeping {
    case all
    /// The last one of each metric, without an allocation once all metrics are known.
    case latest
    /// None; recording never allocates.
    case nothing
  }

  package let signals: SignalPlan
  private let keeping: Keeping
  /// Points and episodes that were recorded, kept or not.
  package private(set) var count = 0
  /// The last value of every metric.
  package private(set) var lastValues: [Metric: Double] = [:]
  package private(set) var points: [Metric: [(step: Int, value: Double)]] = [:]
  package private(set) var histograms: [Metric: [Histogram]] = [:]
  package private(set) var episodes: [Episode] = []
  package private(set) var checkpoints: [(step: Int, bytes: [UInt8], best: Bool)] = []

  package init(_ signals: SignalPlan = .none, keeping: Keeping = .all) {
    self.signals = signals
    self.keeping = keeping
  }

  package func record(_ metric: Metric, _ value: Double, step: Int) {
    count += 1
    switch keeping {
    case .all: points[metric, default: []].append((step, value))
    case .latest: break
    case .nothing: return
    }
    lastValues[metric] = value
  }

  package func record(_ episode: Episode, step: Int) {
    count += 1
    if keeping == .all { episodes.append(episode) }
  }

  package func record(_ histogram: Histogram, as metric: Metric, step: Int) {
    if keeping == .all { histograms[metric, default: []].append(histogram) }
  }

  package func flush() {}

  package func saveCheckpoint(_ bytes: [UInt8], step: Int, best: Bool) { checkpoints.append((step, bytes, best)) }

  /// Forgets the points so far.
  package func clear() { (points, lastValues) = ([:], [:]) }

  package func values(_ name: String) -> [Double] { points[Metric(name), default: []].map(\.value) }

  package func last(_ name: String) -> Double? { lastValues[Metric(name)] }
}
