import Telemetry

/// The one door through which a learner reports: it passes everything on and measures how long recording takes.
final class RunReporter: MetricSink {
  let signals: SignalPlan
  private let sink: any RunSink
  private var nanoseconds: UInt64 = 0

  init(_ sink: any RunSink, signals: SignalPlan) { (self.sink, self.signals) = (sink, signals) }

  /// Spent on recording numbers and on flushing so far; episodes are too many and too quick to be timed.
  var seconds: Double { Double(nanoseconds) / 1e9 }

  func record(_ metric: Metric, _ value: Double, step: Int) { timing { sink.record(metric, value, step: step) } }
  func record(_ episode: Episode, step: Int) { sink.record(episode, step: step) }
  func record(_ histogram: Histogram, as metric: Metric, step: Int) {
    timing { sink.record(histogram, as: metric, step: step) }
  }
  func record(file bytes: [UInt8], as name: String, mediaType: String) throws {
    try timing { try sink.record(file: bytes, as: name, mediaType: mediaType) }
  }

  func flush() throws { try timing { try sink.flush() } }

  private func timing(_ body: () throws -> Void) rethrows {
    let start = MonotonicClock.now
    try body()
    nanoseconds += MonotonicClock.now - start
  }
}
