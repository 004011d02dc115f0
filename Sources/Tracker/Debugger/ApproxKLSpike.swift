import Telemetry

/// An update moved the policy far more than the updates before it (`train/approx_kl`).
///
/// The point is more than 3 standard deviations over the mean of the 100 points before it (at least 20 of them), the
/// field's usual spike test, and above 0.2, ten times the 0.02 that PPO is meant to stay near: runs that learn well jump
/// to 0.15 now and then, and learning rates that are too high go beyond 1. The estimate (r − 1) − log r (Schulman,
/// "Approximating KL divergence", 2020) is never negative, so a value below −1e-4, more than rounding explains, is an
/// error of computation.
public struct ApproxKLSpike: DebuggerRule {
  public static let name = "ApproxKLSpike"
  private var window: [Double] = []
  private var next = 0
  private var spike = Streak(patience: 1)
  private var negative = Streak(patience: 1)

  public init() {}

  public mutating func inspect(_ metric: Metric, _ value: Double, step: Int) -> Finding? {
    guard metric == "train/approx_kl", value.isFinite else { return nil }
    if negative.reaches(value < -1e-4) {
      return Finding(
        rule: Self.name, severity: .error, step: step, evidence: "train/approx_kl is \(rounded(value))",
        meaning: "This estimate of the KL divergence cannot be negative, so it is computed wrongly.",
        advice: "Check that old and new log-probabilities are those of the same observations and actions.")
    }
    defer { remember(value) }
    guard window.count >= 20 else { return nil }
    let mean = window.reduce(0, +) / Double(window.count)
    let variance = window.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(window.count - 1)
    let bound = max(mean + 3 * variance.squareRoot(), 0.2)
    guard spike.reaches(value > bound) else { return nil }
    return Finding(
      rule: Self.name, severity: .warning, step: step,
      evidence: "train/approx_kl is \(rounded(value)); the \(window.count) points before it have mean \(rounded(mean)) "
        + "and standard deviation \(rounded(variance.squareRoot()))",
      meaning: "One update changed the policy so much that the samples it was computed from no longer describe it.",
      advice: "Set target_kl to 0.02, or lower learning_rate, clip_range or n_epochs.")
  }

  private mutating func remember(_ value: Double) {
    if window.count < 100 {
      window.append(value)
    } else {
      window[next] = value
      next = (next + 1) % window.count
    }
  }
}
