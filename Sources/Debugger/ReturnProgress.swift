import Telemetry

/// How far the mean episode return has come, as it stood before a given step.
///
/// Rules that weigh another metric against the return ask for its state *before* the step at hand, so that it makes no
/// difference which of the two is recorded first within a step.
struct ReturnProgress: Sendable {
  static let metric: Metric = .rolloutEpRewMean

  struct Level: Sendable {
    let first: Double
    var best: Double
    var current: Double

    /// The return that is `fraction` of the way from the first to the best value; works for negative returns.
    func mark(_ fraction: Double) -> Double { first + fraction * (best - first) }
    /// It has improved, and most of the improvement is still there.
    func holds(_ fraction: Double) -> Bool { best > first && current >= mark(fraction) }
  }

  private var settled: Level?
  private var newest: (step: Int, value: Double)?

  mutating func record(_ value: Double, step: Int) {
    guard value.isFinite else { return }
    settle(before: step)
    newest = (step, value)
  }

  /// Nil while no return was recorded before `step`.
  mutating func level(before step: Int) -> Level? {
    settle(before: step)
    return settled
  }

  private mutating func settle(before step: Int) {
    guard let point = newest, point.step < step else { return }
    newest = nil
    var level = settled ?? Level(first: point.value, best: point.value, current: point.value)
    level.best = max(level.best, point.value)
    level.current = point.value
    settled = level
  }
}
