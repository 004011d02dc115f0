import Formats
import Settings
import Telemetry

/// The agent has lost what it had learnt (`rollout/ep_rew_mean`).
///
/// The mean return is, at 10 points in a row, below halfway between its first and its best value so far: the field's
/// "half of the best", taken of the range so that it holds for negative returns. It speaks only of something learnt: the
/// best has to lie above the first by four tenths of the larger magnitude of the two, and returns have to have stayed
/// above halfway for 10 points, so that a lucky first rollout is no best. Sound runs (in CartPole) are down for up to 28 % of the
/// budget (`setup/budget`) and recover, so that it waits for 40 %, where the budget is known.
package struct ReturnCollapse: DebuggerRule {
  package static let name = "ReturnCollapse"
  package static let summary = "the agent has lost what it had learnt"
  package static let scope = RuleScope.agents
  package static let stage = RuleStage.outcome
  package static let watches: [NamePattern] = [.metric(.setupBudget), .metric(.rolloutEpRewMean)]
  package static let hyperparameters: [Hyperparameter<ReturnCollapse>] = [
    .number("share", \.share, .unit, "the share of the way from the first to the best return that is kept at least"),
    .integer("patience", \.patience, .atLeast(1), "points in a row below it, after as many above it"),
    .number("lasting", \.lasting, .unit, "the share of the budget that it stays below it"),
  ]

  package var share = 0.5
  package var patience = 10
  package var lasting = 0.4
  private var budget = 0.0
  private var level: ReturnProgress.Level?
  private var bestStep = 0
  private var high = 0
  private var low = 0
  private var lowStep = 0
  private var collapsed = Streak()

  package init() {}

  package mutating func inspect(_ point: WatchedPoint) -> Verdict? {
    if point.pattern == 0 {
      budget = point.value
      return nil
    }
    let value = point.value
    guard value.isFinite else { return nil }
    var level = level ?? ReturnProgress.Level(first: value, best: value, current: value)
    if value > level.best { (level.best, bestStep) = (value, point.step) }
    level.current = value
    self.level = level
    let isClear = level.best - level.first >= 0.4 * max(abs(level.best), abs(level.first)) && level.best > level.first
    let isHigh = isClear && value >= level.mark(share)
    // Once what was learnt has lasted, it stays learnt.
    if high < patience { high = isHigh ? high + 1 : 0 }
    low = high >= patience && isClear && !isHigh ? low + 1 : 0
    if low == 1 { lowStep = point.step }
    let lasts = low >= patience && Double(point.step) - Double(lowStep) >= lasting * budget
    return collapsed.verdict(lasts, patience: 1) { [low, share, bestStep] in
      Self.finding(
        point,
        evidence: "rollout/ep_rew_mean is \(rounded(value)),\(low.pointsInARow) "
          + (share == 0.5 ? "below halfway" : "below \(rounded(100 * share)) % of the way") + " between its first "
          + "\(rounded(level.first)) and its best \(rounded(level.best)) of step \(bestStep)",
        meaning: "The policy has become much worse than one the run already had.",
        advice: ["keep the best checkpoint", .lower("learning_rate"), .atMost("target_kl", 0.02)])
    }
  }
}
