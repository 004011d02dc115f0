import Formats
import Settings
import Telemetry

/// The policy is still nearly uniform when most of the budget is used up (`train/entropy_fraction`, of the greatest entropy
/// there is; `setup/budget`).
///
/// A policy that learns prefers some actions: in sound runs the fraction is 0.1 to 0.88 by then.
package struct EntropyStuck: DebuggerRule {
  package static let name = "EntropyStuck"
  package static let summary = "the policy is still nearly uniform when most of the budget is used up"
  package static let scope = RuleScope.policyGradients
  package static let stage = RuleStage.standstill
  package static let watches: [NamePattern] = [.metric(.trainEntropyFraction), .metric(.setupBudget)]
  package static let hyperparameters: [Hyperparameter<EntropyStuck>] = [
    .number("fraction", \.fraction, .unit, "of the greatest entropy"),
    .number("share", \.share, .unit, "the share of the budget after which it is judged"),
    .integer("patience", \.patience, .atLeast(1), "points in a row"),
  ]

  package var fraction = 0.9
  package var share = 0.5
  package var patience = 5
  private var budget: Double?
  private var stuck = Streak()

  package init() {}

  package mutating func inspect(_ point: WatchedPoint) -> Verdict? {
    if point.pattern == 1 {
      budget = point.value
      return nil
    }
    guard let budget, Double(point.step) >= share * budget else { return nil }
    return stuck.verdict(point.value > fraction, patience: patience) { [patience, share] in
      Self.finding(
        point,
        evidence: "the policy's entropy is \(rounded(point.value)) of its maximum, after "
          + "\(rounded(100 * share)) % of the budget\(patience.pointsInARow)",
        meaning: "The agent has hardly begun to prefer some actions to others.",
        advice: [.lower("ent_coef"), .raise("learning_rate"), "check that rewards differ between actions"])
    }
  }
}
