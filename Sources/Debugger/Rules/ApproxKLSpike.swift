import Formats
import Settings
import Telemetry

/// An update moved the policy far more than the updates before it (`train/approx_kl`).
///
/// The point is more than 3 standard deviations over the mean of the 100 points before it (at least 20 of them), the
/// field's usual spike test, and above 0.2, ten times the 0.02 that PPO is meant to stay near: runs that learn well jump
/// to 0.15 now and then, and learning rates that are too high go beyond 1, which is told at any time. The estimate (r − 1) − log r (Schulman,
/// "Approximating KL divergence", 2020) is never negative, so a value below −1e-4, more than rounding explains, is an
/// error of computation.
package struct ApproxKLSpike: DebuggerRule {
  package static let name = "ApproxKLSpike"
  package static let summary =
    "one update moved the policy far more than those before it, or its KL divergence is negative"
  package static let scope = RuleScope.ppo
  package static let stage = RuleStage.updates
  package static let watches: [NamePattern] = [.metric(.trainApproxKL)]
  package static let hyperparameters: [Hyperparameter<ApproxKLSpike>] = [
    .number("deviations", \.deviations, .positive, "standard deviations over the mean of the last 100 points"),
    .number("least", \.least, .nonNegative, "a divergence below this is no spike"),
    .number("huge", \.huge, .positive, "one above this is, whatever came before"),
  ]

  package var deviations = 3.0
  package var least = 0.2
  package var huge = 1.0
  private var window = RollingWindow(capacity: 100)
  private var spike = Streak()
  private var negative = Streak()

  package init() {}

  package mutating func inspect(_ point: WatchedPoint) -> Verdict? {
    let value = point.value
    guard value.isFinite else { return nil }
    let error = negative.verdict(value < -1e-4, patience: 1) {
      Self.finding(
        point, .error, evidence: "train/approx_kl is \(rounded(value))",
        meaning: "This estimate of the KL divergence cannot be negative, so it is computed wrongly.",
        advice: "Check that old and new log-probabilities are those of the same observations and actions.")
    }
    if let error { return error }
    defer { window.append(value) }
    let isEarly = window.count < 20
    let (mean, deviation) = isEarly ? (0, 0) : (window.mean, window.deviation)
    let bound = isEarly ? huge : max(mean + deviations * deviation, least)
    return spike.verdict(value > bound, patience: 1) { [count = window.count] in
      Self.finding(
        point,
        evidence: "train/approx_kl is \(rounded(value))"
          + (isEarly
            ? ", when about 0.02 is usual"
            : "; the \(count) points before it have mean \(rounded(mean)) and standard deviation \(rounded(deviation))"),
        meaning: "One update changed the policy so much that the samples it was computed from no longer describe it.",
        advice: [.lower("learning_rate"), .atMost("target_kl", 0.02), .lower("n_epochs"), .lower("clip_range")])
    }
  }
}
