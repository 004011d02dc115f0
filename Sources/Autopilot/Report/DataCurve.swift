import Telemetry

/// Whether more rows would help, from how good models of fewer rows are.
package enum DataCurve: Hashable, Sendable {
  /// The last step brought more than chance does, and a good part of all that was gained.
  case helps
  /// The last step brought a small part of what was gained, and no more than chance does.
  case levels
  /// Too few sizes, or steps that are within what chance does.
  case unclear

  package init(_ points: [AutopilotReport.CurvePoint], _ direction: ScoreDirection) {
    self = .unclear
    let points = points.sorted { $0.rows < $1.rows }
    guard points.count >= 3, let first = points.first, let last = points.last else { return }
    let before = points[points.count - 2]
    func gain(_ from: Double, _ to: Double) -> Double { direction.loss(from) - direction.loss(to) }
    let (step, all) = (gain(before.score.value, last.score.value), gain(first.score.value, last.score.value))
    // Both sizes are judged by the same rows, so that their intervals say less of the step than of the sizes.
    let reach = last.score.low.flatMap { low in last.score.high.map { ($0 - low) / 2 } }
    if step > 0, step >= 0.1 * all, step > 0.5 * (reach ?? 0) {
      self = .helps
    } else if abs(step) < max(0.1 * all, 0) || (all <= 0 && step <= 0) {
      self = .levels
    }
  }
}
