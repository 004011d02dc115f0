import Formats
import Settings
import Telemetry

/// Half of the budget is used up, and no update was made (`train/n_updates`, `setup/budget`, `setup/learning_starts`).
///
/// Off-policy agents learn once `learning_starts` transitions are collected, every `train_freq` steps; where both lie
/// beyond the budget nothing is learnt at all.
package struct NoUpdates: DebuggerRule {
  package static let name = "NoUpdates"
  package static let summary = "half of the budget is used up, and no update was made"
  package static let scope = RuleScope.valueLearners
  package static let stage = RuleStage.input
  package static let watches: [NamePattern] = [
    .metric(.trainNUpdates), .metric(.setupBudget), .metric(.setupLearningStarts),
  ]
  package static let evidence: [NamePattern] = [.metric(.trainNUpdates)]
  package static let hyperparameters: [Hyperparameter<NoUpdates>] = [
    .number("share", \.share, .unit, "the share of the budget after which it is judged")
  ]

  package var share = 0.5
  private var budget: Double?
  private var learningStarts = 0.0
  private var none = Streak()

  package init() {}

  package mutating func inspect(_ point: WatchedPoint) -> Verdict? {
    switch point.pattern {
    case 1:
      budget = point.value
      return nil
    case 2:
      learningStarts = point.value
      return nil
    default: break
    }
    guard let budget, Double(point.step) >= share * budget else { return nil }
    let isWaiting = learningStarts >= Double(point.step)
    // The first updates come with the end of the budget then.
    let frequency = point.parameters["train_freq"]?.startingNumber ?? 0
    let isTooRare = frequency >= budget
    return none.verdict(point.value == 0 || isTooRare, patience: 1) { [learningStarts] in
      let reason =
        isWaiting
        ? "; learning_starts is \(grouped(Int(learningStarts)))"
        : isTooRare ? "; train_freq is \(grouped(Int(min(frequency, 1e15))))" : ""
      return Self.finding(
        point, evidence: "no update on the way, up to step \(grouped(point.step)) of \(grouped(Int(budget)))\(reason)",
        meaning: "Nothing has been learnt yet: experience is only collected.",
        advice: isWaiting
          ? [.atMost("learning_starts", max(1, (budget / 10).rounded())), "train for more steps"]
          : [.lower("train_freq"), "train for more steps"])
    }
  }
}
