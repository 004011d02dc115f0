import Formats
import Settings
import Telemetry

/// Episodes reach the time limit and yet count as ended by the world's rules (`rollout/time_limit_fraction` above 0,
/// `rollout/truncated_fraction` 0).
///
/// Then nothing is expected after the limit, and the values of all states before it are wrong (Pardo et al. 2018, "Time
/// Limits in Reinforcement Learning").
package struct TimeLimitAsTermination: DebuggerRule {
  package static let name = "TimeLimitAsTermination"
  package static let summary = "episodes cut by the time limit are reported as terminated"
  package static let scope = RuleScope.agents
  package static let stage = RuleStage.input
  package static let watches: [NamePattern] = [.metric(.rolloutTruncatedFraction), .metric(.rolloutTimeLimitFraction)]
  package static let evidence: [NamePattern] = [.metric(.rolloutTimeLimitFraction)]
  package static let hyperparameters: [Hyperparameter<TimeLimitAsTermination>] = [
    .number("share", \.share, .unit, "the share of episodes that reach the limit"),
    .integer("patience", \.patience, .atLeast(1), "points in a row"),
  ]

  package var share = 0.03
  package var patience = 2
  private var pair = SeriesPair(.rolloutTimeLimitFraction, .rolloutTruncatedFraction)
  private var wrong = Streak()

  package init() {}

  package mutating func inspect(_ point: WatchedPoint) -> Verdict? {
    guard let (limited, truncated) = pair.inspect(point.metric, point.value, step: point.step) else { return nil }
    return wrong.verdict(limited >= share && truncated == 0, patience: patience) { [patience] in
      Self.finding(
        point, .error,
        evidence:
          "\(rounded(100 * limited)) % of the last episodes were as long as the time limit, and none of them was "
          + "truncated" + patience.pointsInARow,
        meaning: "An episode that is cut is learnt from as one that ended, as if nothing could follow.",
        advice: "Report the limit as truncated, not as terminated, in the environment or its wrapper.")
    }
  }
}
