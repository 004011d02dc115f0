import Settings
import Telemetry

/// A fit has no rows to validate with (`data/validation_rows` is 0).
///
/// Then `Overfit`, `Overtraining` and `Confusion` have nothing to read, and an untroubled run means little.
package struct NoValidation: DebuggerRule {
  package static let name = "NoValidation"
  package static let summary = "there are no rows to validate with"
  package static let scope = RuleScope.fits
  package static let stage = RuleStage.outcome
  package static let watches: [NamePattern] = [.metric(.dataValidationRows)]
  package static let hyperparameters: [Hyperparameter<NoValidation>] = []

  package init() {}

  package mutating func inspect(_ point: WatchedPoint) -> Verdict? {
    guard point.value == 0 else { return nil }
    return .begins(
      Self.finding(
        point, evidence: "data/validation_rows is 0",
        meaning: "All rows are trained on, so nobody can see how the model does on others, nor when to stop.",
        advice: "Hold back a part of the rows, as --validation 0.2."))
  }
}
