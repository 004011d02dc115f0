import Telemetry

/// Looks at every point as it is recorded and says what it makes of it; a live debugger.
public protocol PointObserver {
  /// Called on the thread that records, so it should take well under a microsecond.
  mutating func inspect(_ metric: Metric, _ value: Double, step: Int) -> [Finding]
  /// What is left to say when the run ends: findings told before that went on, with their last steps.
  mutating func finish() -> [Finding]
}

extension PointObserver {
  public mutating func finish() -> [Finding] { [] }
}
