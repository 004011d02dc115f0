import Telemetry

/// Updates leave a layer's weights exactly as they were (`updates/LAYER/ratio` is 0).
///
/// At 3 points in a row: a schedule may begin or end with a learning rate of 0. Amazon SageMaker Debugger's rule of this
/// name compares 3 saved tensors within 1e-5 of each, which a slow but sound training meets; such updates are
/// `WeightUpdateRatio`'s to judge.
public struct UnchangedTensor: DebuggerRule {
  public static let name = "UnchangedTensor"
  private static let kind = SeriesKind("updates/*/ratio")
  private var unchanged = Streaks(patience: 3)

  public init() {}

  public mutating func inspect(_ metric: Metric, _ value: Double, step: Int) -> Finding? {
    guard let layer = Self.kind.subject(of: metric), unchanged.reaches(value == 0, layer) else { return nil }
    return Finding(
      rule: Self.name, severity: .error, step: step,
      evidence: "an update changed no weight of \(layer)\(unchanged.patience.pointsInARow)",
      meaning: "This layer does not learn: its gradient is 0, or the steps are lost in rounding.",
      advice: "Check that learning_rate is not 0 or tiny, and that the layer's gradient is not 0.")
  }
}
