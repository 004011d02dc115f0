import Formats
import Settings
import Telemetry

/// Most of the budget is used up, and the return is hardly better than at first (`rollout/ep_rew_mean`,
/// `eval/mean_reward`, `setup/budget`).
///
/// After 80 % of the budget the best return so far is above that of the beginning, the median of the first tenth, by less
/// than 0.2 of its magnitude (sound runs gain 0.26 and more), and so is the best evaluation above the first. It takes 5
/// points, and an update: a training of one iteration has nothing to compare, and one without updates is `NoUpdates`'s.
package struct NotLearning: DebuggerRule {
  package static let name = "NotLearning"
  package static let summary = "most of the budget is used up, and the return is hardly better than at first"
  package static let scope = RuleScope.agents
  package static let stage = RuleStage.outcome
  package static let watches: [NamePattern] = [
    .metric(.rolloutEpRewMean), .metric(.setupBudget), .metric(.evalMeanReward), .metric(.trainNUpdates),
  ]
  package static let evidence: [NamePattern] = [.metric(.rolloutEpRewMean)]
  package static let hyperparameters: [Hyperparameter<NotLearning>] = [
    .number("gain", \.gain, .nonNegative, "how far above the first return, as a share of its magnitude"),
    .number("share", \.share, .unit, "the share of the budget after which it is judged"),
    .integer("least_points", \.leastPoints, .atLeast(2), "points of the return that it takes"),
  ]

  package var gain = 0.2
  package var share = 0.8
  package var leastPoints = 5
  private var budget: Double?
  private var beginning: [Double] = []
  private var count = 0
  private var best = -Double.infinity
  /// Of evaluations, as they stood before a step.
  private var evaluations = SteppedMaximum()
  private var firstEvaluation: Double?
  private var updates = SteppedMaximum()
  private var stuck = Streak()

  package init() {}

  package mutating func inspect(_ point: WatchedPoint) -> Verdict? {
    switch point.pattern {
    case 1:
      budget = point.value
      return nil
    case 2:
      if firstEvaluation == nil { firstEvaluation = point.value }
      evaluations.record(point.value, step: point.step)
      return nil
    case 3:
      updates.record(point.value, step: point.step)
      return nil
    default: break
    }
    guard point.value.isFinite else { return nil }
    count += 1
    best = max(best, point.value)
    guard let budget else { return nil }
    if beginning.isEmpty || Double(point.step) <= 0.1 * budget { beginning.append(point.value) }
    guard Double(point.step) >= share * budget, count >= leastPoints else { return nil }
    let hasUpdates = updates.value(before: point.step) != 0
    let first = median(beginning)
    let isEvaluatedBetter = gains(evaluations.value(before: point.step), over: firstEvaluation)
    let holds = hasUpdates && !gains(best, over: first) && !isEvaluatedBetter
    return stuck.verdict(holds, patience: 1) { [best, share] in
      Self.finding(
        point,
        evidence:
          "after \(rounded(100 * share)) % of the budget the best rollout/ep_rew_mean is \(rounded(best)), and that of the "
          + "beginning was \(rounded(first))",
        meaning: "The agent has learnt next to nothing.",
        advice: [
          "try the agent's 'zoo' preset", .raise("learning_rate"), .lower("learning_rate"), "explore more",
        ])
    }
  }

  private func gains(_ value: Double?, over first: Double?) -> Bool {
    guard let value, let first else { return false }
    return value > first + gain * abs(first)
  }
}
