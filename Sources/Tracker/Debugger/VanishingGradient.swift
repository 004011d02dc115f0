import Telemetry

/// The gradient's norm (`train/grad_norm`) has become too small to learn from.
///
/// Either it is below 1e-7 at 3 points in a row (Amazon SageMaker Debugger's threshold for its rule of this name; the
/// patience is ours: one batch may be flat), or it is below 5 % of its early level, the median of its first 10 points,
/// at 20 points in a row. What has been learnt leaves small gradients too, the more so as the value loss makes the early
/// ones large, so it says nothing while the mean return keeps half the way from its first to its best value; without
/// any return only the first part applies.
public struct VanishingGradient: DebuggerRule {
  public static let name = "VanishingGradient"
  private var zero = Streak(patience: 3)
  private var small = Streak(patience: 20)
  private var early: [Double] = []
  private var earlyLevel = 0.0
  private var progress = ReturnProgress()

  public init() {}

  public mutating func inspect(_ metric: Metric, _ value: Double, step: Int) -> Finding? {
    if metric == ReturnProgress.metric { progress.record(value, step: step) }
    guard metric == "train/grad_norm", value.isFinite else { return nil }
    let level = progress.level(before: step)
    let hasLearnt = level?.holds(0.5) ?? false
    if zero.reaches(value < 1e-7 && !hasLearnt) {
      return finding(
        step, .error, "train/grad_norm is \(shortest(value)), below 1e-07 at \(zero.patience) points in a row")
    }
    if early.count < 10 {
      early.append(value)
      if early.count == 10 { earlyLevel = median(early) }
      return nil
    }
    guard small.reaches(value < 0.05 * earlyLevel && !hasLearnt), zero.length == 0, let level else { return nil }
    return finding(
      step, .warning,
      "train/grad_norm is \(rounded(value)), below 5 % of its early \(rounded(earlyLevel)) at \(small.patience) points "
        + "in a row; rollout/ep_rew_mean is \(rounded(level.current)), at first \(rounded(level.first)), "
        + "at best \(rounded(level.best))")
  }

  private func finding(_ step: Int, _ severity: Finding.Severity, _ evidence: String) -> Finding {
    Finding(
      rule: Self.name, severity: severity, step: step, evidence: evidence,
      meaning: "The parameters hardly move any more although the agent has learnt little.",
      advice: "Check that rewards differ between actions, normalise observations and rewards, "
        + "or start again with a lower learning_rate or a higher ent_coef.")
  }
}
