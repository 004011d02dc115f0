import Settings
import Telemetry

/// A fit has no rows to validate with (`data/validation_rows` is 0).
///
/// Then `Overfit`, `Overtraining` and `Confusion` have nothing to read, and an untroubled run means little.
public struct NoValidation: DebuggerRule {
  public static let name = "NoValidation"
  public static let summary = "there are no rows to validate with"
  public static let scope = RuleScope.fits
  public static let stage = RuleStage.outcome
  public static let watches: [NamePattern] = [.metric(.dataValidationRows)]
  public static let hyperparameters: [Hyperparameter<NoValidation>] = []

  public init() {}

  public mutating func inspect(_ point: WatchedPoint) -> Verdict? {
    guard point.value == 0 else { return nil }
    return .begins(
      Self.finding(
        point, evidence: "data/validation_rows is 0",
        meaning: "All rows are trained on, so nobody can see how the model does on others, nor when to stop.",
        advice: "Hold back a part of the rows, as --validation 0.2."))
  }
}
