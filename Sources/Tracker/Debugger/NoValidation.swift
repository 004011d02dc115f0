import Telemetry

/// A fit has no rows to validate with (`data/validation_rows` is 0).
///
/// Then `Overfit`, `Overtraining` and `Confusion` have nothing to read, and an untroubled run means little.
public struct NoValidation: DebuggerRule {
  public static let name = "NoValidation"

  public init() {}

  public mutating func inspect(_ metric: Metric, _ value: Double, step: Int) -> Finding? {
    guard metric == "data/validation_rows", value == 0 else { return nil }
    return Finding(
      rule: Self.name, severity: .warning, step: step, evidence: "data/validation_rows is 0",
      meaning: "All rows are trained on, so nobody can see how the model does on others, nor when to stop.",
      advice: "Hold back a part of the rows, as --validation 0.2.")
  }
}
