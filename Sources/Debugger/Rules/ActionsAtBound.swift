import Formats
import Settings
import Telemetry

/// Nearly all actions are at their bounds (`rollout/action_at_bound`).
///
/// Some tasks are solved best like that, so this is for those who ask.
package struct ActionsAtBound: DebuggerRule {
  package static let name = "ActionsAtBound"
  package static let summary = "nearly all actions are at their bounds"
  package static let scope = RuleScope.agents
  package static let stage = RuleStage.asked
  package static let watches: [NamePattern] = [.metric(.rolloutActionAtBound)]
  package static let hyperparameters: [Hyperparameter<ActionsAtBound>] = [
    .number("share", \.share, .unit, "the share of the actions' numbers"),
    .integer("patience", \.patience, .atLeast(1), "points in a row"),
  ]

  package var share = 0.9
  package var patience = 5
  private var atBound = Streak()

  package init() {}

  package mutating func inspect(_ point: WatchedPoint) -> Verdict? {
    atBound.verdict(point.value > share, patience: patience) { [patience] in
      Self.finding(
        point, evidence: "\(rounded(100 * point.value)) % of the actions were at their bounds\(patience.pointsInARow)",
        meaning: "There the policy has no gradient left to recover by.",
        advice: ["check the action space's bounds", "scale observations", .lower("learning_rate")])
    }
  }
}
