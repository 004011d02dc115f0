import Telemetry

/// A model that is fitted in one go does hardly better than a constant, on the very rows it was fitted to (`train/loss`,
/// `data/baseline_loss`, `train/epochs`).
///
/// Models that are fitted epoch by epoch are `LossNotDecreasing`'s to judge.
public struct ModelTooWeak: DebuggerRule {
  public static let name = "ModelTooWeak"
  public static let summary = "a model does hardly better than a constant, on its own training rows"
  public static let scope = RuleScope.fits
  public static let stage = RuleStage.input
  public static let watches: [SeriesPattern] = ["train/loss", "data/baseline_loss", "train/epochs"]
  public static let hyperparameters: [Hyperparameter<ModelTooWeak>] = [
    .number("share", \.share, .unit, "the share of a constant prediction's loss that is left")
  ]

  public var share = 0.95
  private var baseline: Double?
  private var isFittedAtOnce = false

  public init() {}

  public mutating func inspect(_ point: WatchedPoint) -> Verdict? {
    switch point.pattern {
    case 1: baseline = point.value
    case 2: isFittedAtOnce = point.value == 1
    default:
      guard let baseline, isFittedAtOnce, baseline > 0, point.value > share * baseline else { return nil }
      return .begins(
        Self.finding(
          point,
          evidence: "train/loss is \(rounded(point.value)), and a constant prediction's is \(rounded(baseline))",
          meaning: "The model is too weak for these rows, or their features say nothing of the target.",
          advice: "Try --model mlp, and look at what the features have to do with the target."))
    }
    return nil
  }
}
