import Telemetry

/// A tanh or sigmoid layer sits at its limits (`activations/LAYER/saturated_fraction`, the share of outputs at which the
/// slope is below 1 % of its greatest: |tanh| above 0.995, a sigmoid within 0.0025 of 0 or 1).
///
/// More than half of the outputs at 3 points in a row. Amazon SageMaker Debugger's rule of this name has the same half,
/// but inputs beyond ±9.5, where a float's tanh has no slope left at all; learning has stopped long before that.
public struct SaturatedActivation: DebuggerRule {
  public static let name = "SaturatedActivation"
  private static let kind = SeriesKind("activations/*/saturated_fraction")
  private var saturated = Streaks(patience: 3)

  public init() {}

  public mutating func inspect(_ metric: Metric, _ value: Double, step: Int) -> Finding? {
    guard let layer = Self.kind.subject(of: metric), saturated.reaches(value > 0.5, layer) else { return nil }
    return Finding(
      rule: Self.name, severity: .warning, step: step,
      evidence: "\(rounded(100 * value)) % of the outputs of \(layer) were at the activation's limits"
        + saturated.patience.pointsInARow,
      meaning: "There the activation is flat, so hardly any gradient passes through this layer.",
      advice: "Scale the inputs to deviation 1, or start again with a lower learning_rate or smaller initial weights.")
  }
}
