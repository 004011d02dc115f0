import Telemetry

/// Sees every point as it is recorded and returns findings; a live debugger. Set one as a writer's `watch` to react to metrics
/// of your own program; Debugger's `RuleEngine` is one.
///
/// ```swift
/// import Telemetry
///
/// struct Alarm: PointObserver {
///   mutating func inspect(_ metric: Metric, _ value: Double, step: Int) -> [Finding] {
///     guard metric == "room/temperature", value > 30 else { return [] }
///     return [
///       Finding(
///         rule: "Alarm", severity: .error, step: step, evidence: "\(value) °C", meaning: "The room is too hot.",
///         advice: "Open a window.")
///     ]
///   }
/// }
/// ```
public protocol PointObserver {
  /// Called on the thread that records, so it should take well under a microsecond.
  mutating func inspect(_ metric: Metric, _ value: Double, step: Int) -> [Finding]
  /// What is left to say when the run ends: findings told before that went on, with their last steps.
  mutating func finish() -> [Finding]
}

extension PointObserver {
  public mutating func finish() -> [Finding] { [] }
}
