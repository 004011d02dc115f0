import Formats
import Settings
import Telemetry

/// The agent has become worse than it was at the start, and never was better (`rollout/ep_rew_mean`, `setup/budget`).
///
/// Values learnt from little make some agents worse for a while, so it is judged after 40 % of the budget: at 10 points in
/// a row the return is below the first by a tenth of its magnitude, has not come back half of the way from its worst, and
/// the best was hardly above it. The first is the median of three points, as the very first may be of one lucky episode.
package struct ReturnFalls: DebuggerRule {
  package static let name = "ReturnFalls"
  package static let summary = "the agent has become worse than at the start, and never was better"
  package static let scope = RuleScope.agents
  package static let stage = RuleStage.numbers
  package static let watches: [NamePattern] = [.metric(.rolloutEpRewMean), .metric(.setupBudget)]
  package static let hyperparameters: [Hyperparameter<ReturnFalls>] = [
    .number("fall", \.fall, .nonNegative, "how far below the first return, as a share of its magnitude"),
    .number("share", \.share, .unit, "the share of the budget after which it is judged"),
    .integer("patience", \.patience, .atLeast(1), "points in a row"),
  ]

  package var fall = 0.1
  package var share = 0.4
  package var patience = 10
  private var budget: Double?
  private var firstReturns: [Double] = []
  private var best = -Double.infinity
  private var worst = Double.infinity
  private var falling = Streak()

  package init() {}

  package mutating func inspect(_ point: WatchedPoint) -> Verdict? {
    if point.pattern == 1 {
      budget = point.value
      return nil
    }
    let value = point.value
    guard value.isFinite else { return nil }
    if firstReturns.count < 3 { firstReturns.append(value) }
    (best, worst) = (max(best, value), min(worst, value))
    guard let budget, Double(point.step) >= share * budget else { return nil }
    let first = median(firstReturns)
    let isWorse = value < first - fall * abs(first) && best <= first + 0.3 * abs(first) && value < (first + worst) / 2
    return falling.verdict(isWorse, patience: patience) { [patience] in
      Self.finding(
        point,
        evidence: "rollout/ep_rew_mean is \(rounded(value)), below its first \(rounded(first))\(patience.pointsInARow)",
        meaning: "Training makes the policy worse: what it follows leads away from the reward.",
        advice: "Check the signs of the loss and rewards, and that actions reach the environment as they were chosen.")
    }
  }
}
