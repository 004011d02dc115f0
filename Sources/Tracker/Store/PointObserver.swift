import Telemetry

/// Looks at every point as it is recorded and says what it makes of it; a live debugger.
public protocol PointObserver {
  /// Called on the thread that records, so it should take well under a microsecond.
  mutating func inspect(_ metric: Metric, _ value: Double, step: Int) -> [Finding]
}
