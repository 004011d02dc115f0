import Telemetry

/// What an agent records into: passes everything on, remembers the mean return for the progress line, and measures what
/// recording takes.
final class TrainingSink: MetricSink {
  private let sink: any MetricSink
  let signals: SignalPlan
  private(set) var meanReward: Double?
  /// Of the last episodes that the agent learnt from, for comparison with those of evaluations.
  var firstObservations: FirstObservations?
  private var nanoseconds: UInt64 = 0

  init(_ sink: any MetricSink, signals: SignalPlan) {
    self.sink = sink
    self.signals = signals
  }

  /// Spent on recording numbers and in `timing` so far; episodes are too many and too quick to be timed.
  var seconds: Double { Double(nanoseconds) / 1e9 }

  func record(_ metric: Metric, _ value: Double, step: Int) {
    if metric == "rollout/ep_rew_mean" { meanReward = value }
    timing { sink.record(metric, value, step: step) }
  }

  func record(_ episode: Episode, step: Int) { sink.record(episode, step: step) }

  func record(_ histogram: Histogram, as metric: Metric, step: Int) {
    timing { sink.record(histogram, as: metric, step: step) }
  }

  /// Counts what `body` takes as recording.
  func timing(_ body: () throws -> Void) rethrows {
    let start = MonotonicClock.now
    try body()
    nanoseconds += MonotonicClock.now - start
  }
}
