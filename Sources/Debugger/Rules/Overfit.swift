import Formats
import Settings
import Telemetry

/// The model knows its training rows much better than others (`train/loss`, `validation/loss`).
///
/// The two losses are apart by more than 0.4 of the loss of the best constant prediction (`data/baseline_loss`) at 5
/// points in a row: the model explains 40 % points more of the rows it was fitted to. Amazon's share is of the training
/// loss, which every good fit exceeds once that loss is near 0; `of_training_loss` takes it so.
package struct Overfit: DebuggerRule {
  package static let name = "Overfit"
  package static let summary = "the validation loss is much higher than the training loss"
  package static let scope = RuleScope.fits
  package static let stage = RuleStage.outcome
  package static let amazon: AmazonRule? = AmazonRule(
    "losses apart by 0.1 of the training loss, at one point",
    ["limit": .number(0.1), "of_training_loss": .flag(true), "patience": .integer(1)])
  package static let watches: [NamePattern] = [
    .metric(.trainLoss), .metric(.validationLoss), .metric(.dataBaselineLoss), .metric(.trainEpochs),
  ]
  package static let evidence: [NamePattern] = [.metric(.validationLoss)]
  package static let hyperparameters: [Hyperparameter<Overfit>] = [
    .number("limit", \.limit, .positive, "how far the losses may be apart, as a share of a constant prediction's loss"),
    .flag("of_training_loss", \.isOfTrainingLoss, "the share is of the training loss instead"),
    .integer("patience", \.patience, .atLeast(1), "points in a row"),
  ]

  package var limit = 0.4
  package var isOfTrainingLoss = false
  package var patience = 5
  private var baseline = 0.0
  private var losses = SeriesPair(.trainLoss, .validationLoss)
  private var epochs = FitEpochs()
  private var apart = Streak()

  package init() {}

  package mutating func inspect(_ point: WatchedPoint) -> Verdict? {
    if point.pattern == 2, point.value.isFinite { baseline = point.value }
    if point.pattern == 3 { epochs.record(point.value) }
    guard let (training, validation) = losses.inspect(point.metric, point.value, step: point.step) else { return nil }
    let unit = isOfTrainingLoss ? training : baseline
    guard unit > 0 else { return nil }
    let patience = epochs.shorten(patience)
    return apart.verdict(validation - training > limit * unit, patience: patience) { [isOfTrainingLoss] in
      Self.finding(
        point,
        evidence: "validation/loss is \(rounded(validation)) and train/loss \(rounded(training)), apart by "
          + "\(rounded((validation - training) / unit)) of the \(rounded(unit)) of "
          + (isOfTrainingLoss ? "the latter" : "a constant prediction") + patience.pointsInARow,
        meaning: "The model overfits: it does much worse on rows that it was not trained on.",
        advice: [
          "get more rows", "make the model smaller", .raise("alpha"), .raise("dropout"), .lower("C"), "stop earlier",
        ])
    }
  }
}
