import Telemetry

/// The policy has stopped exploring before the task was solved (`train/entropy_loss`, minus the mean entropy in nats).
///
/// The entropy is below 10 % of its first value, the field's warning level, at 5 points in a row, while the mean return
/// has not kept 90 % of the way from its first to its best value: a solved task may have a certain policy. Without any
/// return it says nothing. Nor does it once an entropy is zero at first or negative: a density's entropy has no floor,
/// so a tenth of it means nothing.
public struct EntropyCollapse: DebuggerRule {
  public static let name = "EntropyCollapse"
  private var first: Double?
  private var isDensity = false
  private var low = Streak(patience: 5)
  private var progress = ReturnProgress()

  public init() {}

  public mutating func inspect(_ metric: Metric, _ value: Double, step: Int) -> Finding? {
    if metric == ReturnProgress.metric { progress.record(value, step: step) }
    guard metric == "train/entropy_loss", value.isFinite else { return nil }
    let entropy = -value
    let first = first ?? entropy
    self.first = first
    // A hair below zero is rounding.
    if first <= 0 || entropy < -1e-4 { isDensity = true }
    guard !isDensity, let level = progress.level(before: step) else { return nil }
    guard low.reaches(entropy < 0.1 * first && !level.holds(0.9)) else { return nil }
    return Finding(
      rule: Self.name, severity: .warning, step: step,
      evidence: "the policy's entropy is \(rounded(entropy)) nats, below 10 % of its first \(rounded(first)) at "
        + "\(low.patience) points in a row; rollout/ep_rew_mean is \(rounded(level.current)), "
        + "at first \(rounded(level.first)), at best \(rounded(level.best))",
      meaning:
        "The policy nearly always takes the same action in a state and no longer finds out whether others are better.",
      advice: "Raise ent_coef, for instance to 0.01, or lower learning_rate.")
  }
}
