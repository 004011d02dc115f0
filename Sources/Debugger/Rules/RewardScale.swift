import Formats
import Settings
import Telemetry

/// Rewards as they are learnt from are huge (`rollout/reward_abs_max`).
///
/// Learning rates, clipping and the size of networks are chosen for returns of order 1 to 100; the benchmark worlds' greatest
/// rewards are 100 to 200.
package struct RewardScale: DebuggerRule {
  package static let name = "RewardScale"
  package static let summary = "rewards are huge"
  package static let scope = RuleScope.agents
  package static let stage = RuleStage.input
  package static let watches: [NamePattern] = [.metric(.rolloutRewardAbsMax)]
  package static let hyperparameters: [Hyperparameter<RewardScale>] = [
    .number("limit", \.limit, .positive, "the greatest magnitude that is usual"),
    .integer("patience", \.patience, .atLeast(1), "points in a row"),
  ]

  package var limit = 400.0
  package var patience = 2
  private var large = Streak()

  package init() {}

  package mutating func inspect(_ point: WatchedPoint) -> Verdict? {
    large.verdict(point.value > limit && point.value.isFinite, patience: patience) { [patience] in
      Self.finding(
        point, evidence: "a reward of magnitude \(rounded(point.value)) was learnt from\(patience.pointsInARow)",
        meaning: "Values and gradients of such a scale drown the rest: the network spends its training on the scale.",
        advice: ["divide the rewards", .switchOn("normalize"), "use the environment's normalize_reward=true"])
    }
  }
}
