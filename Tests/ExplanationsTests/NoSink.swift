import Telemetry

/// A sink that keeps nothing.
final class NoSink: MetricSink {
  func record(_ metric: Metric, _ value: Double, step: Int) {}
  func record(_ episode: Episode, step: Int) {}
}
