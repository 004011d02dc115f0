import Formats
import Settings
import Telemetry

/// Observations hold numbers that are not finite (`rollout/nonfinite_observations`, their share).
///
/// One is enough: it passes into every parameter at the next update.
package struct NonFiniteInput: DebuggerRule {
  package static let name = "NonFiniteInput"
  package static let summary = "observations contain NaN or infinities"
  package static let scope = RuleScope.agents
  package static let stage = RuleStage.input
  package static let watches: [NamePattern] = [.metric(.rolloutNonfiniteObservations)]
  package static let hyperparameters: [Hyperparameter<NonFiniteInput>] = []

  private var found = Streak()

  package init() {}

  package mutating func inspect(_ point: WatchedPoint) -> Verdict? {
    found.verdict(point.value > 0, patience: 1) {
      Self.finding(
        point, .error, evidence: "\(rounded(100 * point.value)) % of the numbers observed were not finite",
        meaning: "One NaN in an observation makes the parameters NaN at the next update, and all actions after it.",
        advice: "Check the environment for a division by zero or a failed sensor; 'rlrun check ENV' finds some.")
    }
  }
}
