import Telemetry

/// The agent has lost what it had learnt (`rollout/ep_rew_mean`).
///
/// The mean return is, at 10 points in a row, below halfway between its first and its best value so far: the field's
/// "half of the best", taken of the range so that it holds for negative returns. It speaks only of something learnt: the
/// best has to lie above the first by four tenths of the larger magnitude of the two, and returns have to have stayed
/// above halfway for 10 points, so that a lucky first rollout is no best. A warning, because some runs recover.
public struct ReturnCollapse: DebuggerRule {
  public static let name = "ReturnCollapse"
  private var level: ReturnProgress.Level?
  private var bestStep = 0
  private var high = Streak(patience: 10)
  private var low = Streak(patience: 10)
  private var hasLearnt = false

  public init() {}

  public mutating func inspect(_ metric: Metric, _ value: Double, step: Int) -> Finding? {
    guard metric == ReturnProgress.metric, value.isFinite else { return nil }
    var level = level ?? ReturnProgress.Level(first: value, best: value, current: value)
    if value > level.best { (level.best, bestStep) = (value, step) }
    level.current = value
    self.level = level
    let isClear = level.best - level.first >= 0.4 * max(abs(level.best), abs(level.first)) && level.best > level.first
    let isHigh = isClear && value >= level.mark(0.5)
    if high.reaches(isHigh) { hasLearnt = true }
    guard low.reaches(hasLearnt && isClear && !isHigh) else { return nil }
    return Finding(
      rule: Self.name, severity: .warning, step: step,
      evidence:
        "rollout/ep_rew_mean is \(rounded(value)), at \(low.patience) points in a row below halfway between its "
        + "first \(rounded(level.first)) and its best \(rounded(level.best)) of step \(bestStep)",
      meaning: "The policy has become much worse than one the run already had.",
      advice: "Keep the best checkpoint, and lower learning_rate, let it fall over time, or set target_kl.")
  }
}
