import Formats
import Settings
import Telemetry

/// The probability ratio is not 1 before the first update of an iteration (`train/first_ratio_error`, the greatest
/// distance in its first minibatch).
///
/// The policy that collected is then still the policy that learns, so that anything beyond rounding means that stored and
/// recomputed log-probabilities disagree (Huang et al. 2022, "The 37 Implementation Details of PPO").
package struct FirstRatio: DebuggerRule {
  package static let name = "FirstRatio"
  package static let summary = "stored and recomputed log-probabilities disagree before the first update"
  package static let scope = RuleScope.ppo
  package static let stage = RuleStage.input
  package static let watches: [NamePattern] = [.metric(.trainFirstRatioError)]
  package static let hyperparameters: [Hyperparameter<FirstRatio>] = [
    .number("tolerance", \.tolerance, .nonNegative, "how far the ratio may be from 1"),
    .integer("patience", \.patience, .atLeast(1), "points in a row"),
  ]

  package var tolerance = 0.01
  package var patience = 2
  private var wrong = Streak()

  package init() {}

  package mutating func inspect(_ point: WatchedPoint) -> Verdict? {
    wrong.verdict(point.value > tolerance, patience: patience) { [patience] in
      Self.finding(
        point, .error,
        evidence: "the first probability ratio of an iteration is \(rounded(point.value)) away from 1"
          + patience.pointsInARow,
        meaning:
          "The samples are weighed by log-probabilities that are not those of the policy that chose the actions.",
        advice: "Store log-probabilities when actions are drawn, and collect with the newest parameters.")
    }
  }
}
