import Formats
import Settings
import Telemetry

/// Validation rows that are training rows too (`data/validation_overlap`, their share).
///
/// Tables have a few equal rows by chance; above 5 % the validation scores are better than the model.
package struct ValidationLeak: DebuggerRule {
  package static let name = "ValidationLeak"
  package static let summary = "validation rows are training rows too"
  package static let scope = RuleScope.fits
  package static let stage = RuleStage.input
  package static let watches: [NamePattern] = [.metric(.dataValidationOverlap)]
  package static let hyperparameters: [Hyperparameter<ValidationLeak>] = [
    .number("share", \.share, .unit, "the share of the validation rows")
  ]

  package var share = 0.05
  package init() {}

  package mutating func inspect(_ point: WatchedPoint) -> Verdict? {
    guard point.value > share else { return nil }
    return .begins(
      Self.finding(
        point, evidence: "\(rounded(100 * point.value)) % of the validation rows are also among the training rows",
        meaning: "The validation scores are of rows that the model has seen, and promise too much.",
        advice: "Remove repeated rows before splitting, or split by what they have in common."))
  }
}
