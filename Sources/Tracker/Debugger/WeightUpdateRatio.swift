import Telemetry

/// One update changes a layer's weights too much or too little for their size (`updates/LAYER/ratio`, ‖Δw‖ / ‖w‖).
///
/// About 0.001 is usual. Too much: above 0.3 at 2 points in a row. Too little: below 1e-7, a float's rounding, at 3 in a
/// row, though not 0, which is `UnchangedTensor`'s. Amazon SageMaker Debugger's rule of this name has 10 and 1e-8.
public struct WeightUpdateRatio: DebuggerRule {
  public static let name = "WeightUpdateRatio"
  private static let kind = SeriesKind("updates/*/ratio")
  private var large = Streaks(patience: 2)
  private var small = Streaks(patience: 3)

  public init() {}

  public mutating func inspect(_ metric: Metric, _ value: Double, step: Int) -> Finding? {
    guard let layer = Self.kind.subject(of: metric), value.isFinite else { return nil }
    if large.reaches(value > 0.3, layer) {
      return Finding(
        rule: Self.name, severity: .warning, step: step,
        evidence: "one update changed the weights of \(layer) by \(rounded(value)) of their norm, above 0.3"
          + large.patience.pointsInARow,
        meaning: "Every update throws away much of what the weights held; about 0.001 is usual.",
        advice: "Lower learning_rate, tenfold at first, or warm it up, as warmup_0.1_0.001.")
    }
    guard small.reaches(value > 0 && value < 1e-7, layer) else { return nil }
    return Finding(
      rule: Self.name, severity: .warning, step: step,
      evidence: "one update changed the weights of \(layer) by \(rounded(value)) of their norm, below 1e-07"
        + small.patience.pointsInARow,
      meaning: "The weights hardly move: most of a step is lost in rounding.",
      advice: "Raise learning_rate, or look at the layers after it for what stops the gradient.")
  }
}
