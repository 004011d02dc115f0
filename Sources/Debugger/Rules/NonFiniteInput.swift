import Formats
import Settings
import Telemetry

/// Observations hold numbers that are not finite (`rollout/nonfinite_observations`, their share).
///
/// One is enough: it passes into every parameter at the next update.
public struct NonFiniteInput: DebuggerRule {
  public static let name = "NonFiniteInput"
  public static let summary = "observations hold NaN or infinities"
  public static let scope = RuleScope.agents
  public static let stage = RuleStage.input
  public static let watches: [NamePattern] = [.metric(.rolloutNonfiniteObservations)]
  public static let hyperparameters: [Hyperparameter<NonFiniteInput>] = []

  private var found = Streak()

  public init() {}

  public mutating func inspect(_ point: WatchedPoint) -> Verdict? {
    found.verdict(point.value > 0, patience: 1) {
      Self.finding(
        point, .error, evidence: "\(rounded(100 * point.value)) % of the numbers observed were not finite",
        meaning: "One NaN in an observation makes the parameters NaN at the next update, and all actions after it.",
        advice: "Look for a division by zero or a failed sensor in the environment; 'rlrun check ENV' finds some.")
    }
  }
}
