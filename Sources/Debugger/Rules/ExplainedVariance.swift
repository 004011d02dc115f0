import Formats
import Settings
import Telemetry

/// The values say less of the returns than their mean would (`train/explained_variance` below 0), for long.
///
/// Sound runs begin so, and fall back to it where all returns are alike, so this is for those who ask.
package struct ExplainedVariance: DebuggerRule {
  package static let name = "ExplainedVariance"
  package static let summary = "the value function predicts worse than a constant"
  package static let scope = RuleScope.policyGradients
  package static let stage = RuleStage.asked
  package static let watches: [NamePattern] = [.metric(.trainExplainedVariance)]
  package static let hyperparameters: [Hyperparameter<ExplainedVariance>] = [
    .number("limit", \.limit, .finite, "1 is perfect, 0 a constant"),
    .integer("patience", \.patience, .atLeast(1), "points in a row"),
  ]

  package var limit = -0.1
  package var patience = 20
  private var poor = Streak()

  package init() {}

  package mutating func inspect(_ point: WatchedPoint) -> Verdict? {
    poor.verdict(point.value < limit, patience: patience) { [patience] in
      Self.finding(
        point, evidence: "train/explained_variance is \(rounded(point.value))\(patience.pointsInARow)",
        meaning: "Advantages that are taken against such values are noisier than without them.",
        advice: [.raise("vf_coef"), .raise("n_epochs"), "widen the value network", "scale rewards"])
    }
  }
}
