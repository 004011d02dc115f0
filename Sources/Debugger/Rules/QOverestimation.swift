import Formats
import Settings
import Telemetry

/// Values are beyond what any return can be (`train/q_value`, `train/return_abs_max`).
///
/// Rewards of at most r sum to at most r / (1 − γ), with r the greatest reward seen (`rollout/reward_abs_max`) and γ the
/// discount (`setup/gamma`). Three times that leaves room for entropy bonuses and for rewards that are still to be seen.
package struct QOverestimation: DebuggerRule {
  package static let name = "QOverestimation"
  package static let summary = "values exceed any possible return"
  package static let scope = RuleScope.agents
  package static let stage = RuleStage.beginning
  package static let watches: [NamePattern] = [
    .metric(.setupGamma), .metric(.rolloutRewardAbsMax), .metric(.trainQValue), .metric(.trainReturnAbsMax),
  ]
  package static let evidence: [NamePattern] = [.metric(.trainQValue), .metric(.trainReturnAbsMax)]
  package static let hyperparameters: [Hyperparameter<QOverestimation>] = [
    .number("factor", \.factor, .positive, "times the greatest return there can be"),
    .integer("patience", \.patience, .atLeast(1), "points in a row"),
  ]

  package var factor = 3.0
  package var patience = 3
  private var gamma: Double?
  private var reward = SteppedMaximum()
  private var beyond = Streaks()

  package init() {}

  package mutating func inspect(_ point: WatchedPoint) -> Verdict? {
    if point.pattern == 0 { gamma = point.value }
    if point.pattern == 1 { reward.record(point.value, step: point.step) }
    guard point.pattern >= 2, point.value.isFinite, let gamma, gamma < 1, let reward = reward.value(before: point.step),
      reward > 0
    else { return nil }
    let bound = reward / (1 - gamma)
    let name = point.metric.name
    return beyond.verdict(abs(point.value) > factor * bound, patience: patience, at: point, subject: name) {
      [patience] in
      Self.finding(
        point, .error, subject: name,
        evidence: "\(name) is \(rounded(point.value)), but rewards of at most \(rounded(reward)) discounted by "
          + "\(shortest(gamma)) sum to \(rounded(bound)) at most\(patience.pointsInARow)",
        meaning: "Bootstrapping feeds the values on themselves: they no longer follow from the rewards.",
        advice: [
          "check the sign of the loss first", .lower("learning_rate"), .lower("tau"), .raise("target_update_interval"),
        ])
    }
  }
}
