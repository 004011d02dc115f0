import Formats
import Settings
import Telemetry

/// A fit's loss does not fall (`train/loss`, by epochs).
///
/// Over 10 points the best loss has fallen by less than 1 %, while it is still above 0.9 of a constant prediction's
/// (`data/baseline_loss`): a loss that is low need not fall. Amazon asks for 0.1 % over 10 steps of any loss, which no
/// finished training meets; with `of_fits` false it is judged so, wherever there is a `train/loss`. A model that is fitted in
/// one go (`train/epochs` is 1) is judged by its one loss: it is too weak where that is above 0.95 of a constant
/// prediction's.
package struct LossNotDecreasing: DebuggerRule {
  package static let name = "LossNotDecreasing"
  package static let summary = "a fit's loss does not fall"
  package static let scope = RuleScope.fits
  package static let stage = RuleStage.outcome
  package static let amazon: AmazonRule? = AmazonRule(
    "less than 0.1 % in 10 steps",
    ["patience": .integer(10), "decrease": .number(0.001), "of_fits": .flag(false)])
  package static let watches: [NamePattern] = [.metric(.trainLoss), .metric(.dataBaselineLoss), .metric(.trainEpochs)]
  package static let hyperparameters: [Hyperparameter<LossNotDecreasing>] = [
    .number("decrease", \.decrease, .unit, "the share of the best loss that a new best is lower by"),
    .integer("patience", \.patience, .atLeast(1), "points without a new best"),
    .flag("of_fits", \.isOfFits, "only of losses above 0.9 of a constant prediction's"),
  ]

  package var decrease = 0.01
  package var patience = 10
  package var isOfFits = true
  private var baseline = SteppedMaximum()
  private var best = Double.infinity
  private var flat = Streak()
  private var epochs = FitEpochs()

  package init() {}

  package mutating func inspect(_ point: WatchedPoint) -> Verdict? {
    if point.pattern == 1 {
      baseline.record(point.value, step: point.step)
      return nil
    }
    if point.pattern == 2 {
      epochs.record(point.value)
      return nil
    }
    guard point.value.isFinite else { return nil }
    if isOfFits, epochs.shorten(2) == 1 { return weakness(point) }
    let constant = baseline.value(before: point.step)
    let isBetter = point.value < best - decrease * abs(best) || best == .infinity
    let isHigh = isOfFits ? constant.map { point.value > 0.9 * $0 } ?? false : true
    if isBetter { best = point.value }
    return flat.verdict(!isBetter && isHigh, patience: patience) { [patience, best, decrease] in
      Self.finding(
        point,
        evidence:
          "train/loss is \(rounded(point.value)) and has not fallen by \(rounded(100 * decrease)) % below its best "
          + "\(rounded(best)) in \(patience) points",
        meaning: "The model learns nothing from its rows.",
        advice: [.raise("learning_rate"), .lower("learning_rate"), "check that features and target belong together"])
    }
  }

  private mutating func weakness(_ point: WatchedPoint) -> Verdict? {
    guard let constant = baseline.value(before: point.step), point.value > 0.95 * constant else { return nil }
    return .begins(
      Self.finding(
        point,
        evidence:
          "train/loss is \(rounded(point.value)) after the fit, and \(rounded(constant)) where a constant is predicted",
        meaning: "The model is too weak for these data: it tells next to nothing about the target.",
        advice:
          "Use a nonlinear model (mlp), or more informative features; check that features and target belong together."
      ))
  }
}
