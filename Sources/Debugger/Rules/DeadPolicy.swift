import Formats
import Settings
import Telemetry

/// The policy always takes the same action (`rollout/most_frequent_action`), and the return is no better than at first.
package struct DeadPolicy: DebuggerRule {
  package static let name = "DeadPolicy"
  package static let summary = "the policy always takes the same action, and the return is no better than at first"
  package static let scope = RuleScope.agents
  package static let stage = RuleStage.updates
  package static let watches: [NamePattern] = [.metric(.rolloutEpRewMean), .metric(.rolloutMostFrequentAction)]
  package static let evidence: [NamePattern] = [.metric(.rolloutMostFrequentAction)]
  package static let hyperparameters: [Hyperparameter<DeadPolicy>] = [
    .number("share", \.share, .unit, "the share of the most frequent action"),
    .integer("patience", \.patience, .atLeast(1), "points in a row"),
  ]

  package var share = 0.99
  package var patience = 5
  private var progress = ReturnProgress()
  private var dead = Streak()

  package init() {}

  package mutating func inspect(_ point: WatchedPoint) -> Verdict? {
    if point.pattern == 0 {
      progress.record(point.value, step: point.step)
      return nil
    }
    let level = progress.level(before: point.step)
    return dead.verdict(point.value > share && !(level?.holds(0.5) ?? false), patience: patience) { [patience] in
      Self.finding(
        point, evidence: "\(rounded(100 * point.value)) % of the actions were the same one\(patience.pointsInARow)",
        meaning: "Nothing else is tried any more, so that nothing can be learnt about it.",
        advice: [.raise("ent_coef"), .raise("exploration_final_eps"), .raise("noise_std"), .lower("learning_rate")])
    }
  }
}
