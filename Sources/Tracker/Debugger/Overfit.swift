import Telemetry

/// The model knows its training rows much better than others (`train/loss`, `validation/loss`).
///
/// The two losses are apart by more than 0.4 of the loss of the best constant prediction (`data/baseline_loss`) at 5
/// points in a row: the model explains 40 % points more of the rows it was fitted to. Amazon SageMaker Debugger's rule of
/// this name takes 0.1 of the training loss at one point, which every good fit exceeds once that loss is near 0.
public struct Overfit: DebuggerRule {
  public static let name = "Overfit"
  private var baseline = 0.0
  private var losses = SeriesPair("train/loss", "validation/loss")
  private var patience = FitPatience(5)
  private var length = 0

  public init() {}

  public mutating func inspect(_ metric: Metric, _ value: Double, step: Int) -> Finding? {
    patience.inspect(metric, value)
    if metric == "data/baseline_loss", value.isFinite { baseline = value }
    guard let (training, validation) = losses.inspect(metric, value, step: step), baseline > 0 else { return nil }
    length = validation - training > 0.4 * baseline ? length + 1 : 0
    guard length == patience.points else { return nil }
    return Finding(
      rule: Self.name, severity: .warning, step: step,
      evidence: "validation/loss is \(rounded(validation)) and train/loss \(rounded(training)), apart by "
        + "\(rounded((validation - training) / baseline)) of the \(rounded(baseline)) of a constant prediction"
        + length.pointsInARow,
      meaning: "The model has learnt its training rows by heart: on others it does much worse.",
      advice: "Get more rows, make the model smaller, add weight decay or dropout, or stop earlier.")
  }
}
