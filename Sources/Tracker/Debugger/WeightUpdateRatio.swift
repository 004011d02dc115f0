import Telemetry

/// One update changes a layer's weights too much or too little for their size (`updates/LAYER/ratio`, ‖Δw‖ / ‖w‖).
///
/// About 0.001 is usual, and 0.03 has been seen in sound fits. Too much: above 0.3 in more than half of a step's layers,
/// which is told once the next step has begun, or in one layer at 2 points in a row: a single large ratio is what a last
/// layer of small initial weights has at its first update. Too little: below 1e-7, a float's rounding, at 3 points in a
/// row, though not 0, which is `UnchangedTensor`'s. Amazon SageMaker Debugger's rule of this name has 10 and 1e-8.
public struct WeightUpdateRatio: DebuggerRule {
  public static let name = "WeightUpdateRatio"
  private static let kind = SeriesKind("updates/*/ratio")
  private static let limit = 0.3
  private var layers = SeriesGroup()
  private var isLargeInMost = false
  private var large = Streaks(patience: 2)
  private var small = Streaks(patience: 3)

  public init() {}

  public mutating func inspect(_ metric: Metric, _ value: Double, step: Int) -> Finding? {
    guard let layer = Self.kind.subject(of: metric) else { return nil }
    let isLarge = large.reaches(isTooMuch(value), layer)
    let isSmall = small.reaches(value > 0 && value < 1e-7, layer)
    if let all = layers.record(value, of: layer, step: step) {
      let count = all.values.count(where: isTooMuch)
      let wasLarge = isLargeInMost
      isLargeInMost = 2 * count > all.count
      if isLargeInMost, !wasLarge {
        return tooMuch(
          step,
          "one update changed the weights of \(count) of \(all.count) layers by more than \(Self.limit) of their "
            + "norm, at most by \(rounded(all.values.max()!))")
      }
    }
    // What most layers had has been told.
    if isLarge, !isLargeInMost {
      return tooMuch(
        step,
        "one update changed the weights of \(layer) by \(rounded(value)) of their norm, above \(Self.limit)"
          + large.patience.pointsInARow)
    }
    guard isSmall else { return nil }
    return Finding(
      rule: Self.name, severity: .warning, step: step,
      evidence: "one update changed the weights of \(layer) by \(rounded(value)) of their norm, below 1e-07"
        + small.patience.pointsInARow,
      meaning: "The weights hardly move: most of a step is lost in rounding.",
      advice: "Raise learning_rate, or look at the layers after it for what stops the gradient.")
  }

  /// What is not finite is `ExplodingTensor`'s.
  private func isTooMuch(_ ratio: Double) -> Bool { ratio > Self.limit && ratio.isFinite }

  private func tooMuch(_ step: Int, _ evidence: String) -> Finding {
    Finding(
      rule: Self.name, severity: .warning, step: step, evidence: evidence,
      meaning: "Such an update throws away much of what the weights held; about 0.001 is usual.",
      advice: "Lower learning_rate, tenfold at first, or warm it up, as warmup_0.1_0.001.")
  }
}
