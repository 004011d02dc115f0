import Formats
import Settings
import Telemetry

/// A fit goes on although it no longer gets better (`validation/loss`).
///
/// The best loss, where better means by 1 %, is 50 epochs back, and further back than its own epoch number: the fit has
/// taken twice as long as it needed. More trees of a forest only average more, and are no longer fit. Early stopping commonly waits for Amazon's 10 points too, and is no mistake.
package struct Overtraining: DebuggerRule {
  package static let name = "Overtraining"
  package static let summary = "a fit goes on although it no longer gets better"
  package static let scope = RuleScope.fits
  package static let stage = RuleStage.outcome
  package static let amazon: AmazonRule? = AmazonRule(
    "no improvement of 0.01 for 10 validation points",
    ["patience": .integer(10), "twice": .flag(false)])
  package static let watches: [NamePattern] = [.metric(.validationLoss)]
  package static let hyperparameters: [Hyperparameter<Overtraining>] = [
    .number("improvement", \.improvement, .nonNegative, "the share of the best loss by which a better one is lower"),
    .integer("patience", \.patience, .atLeast(1), "points since the best one"),
    .flag("twice", \.asksForTwice, "the best one is further back than its own epoch, too"),
  ]

  package var improvement = 0.01
  package var patience = 50
  package var asksForTwice = true
  private var best = Double.infinity
  private var bestEpoch = 0
  private var epoch = 0
  private var late = Streak()

  package init() {}

  package mutating func inspect(_ point: WatchedPoint) -> Verdict? {
    let value = point.value
    guard value.isFinite, point.parameters["bootstrap"] == nil else { return nil }
    epoch += 1
    if value < best - improvement * abs(best) || best == .infinity { (best, bestEpoch) = (value, epoch) }
    let (since, best) = (epoch - bestEpoch, best)
    return late.verdict(since >= max(patience, asksForTwice ? bestEpoch : 0), patience: 1) { [improvement] in
      Self.finding(
        point,
        evidence: "validation/loss is \(rounded(value)) and has not improved by \(rounded(100 * improvement)) % on the "
          + "\(rounded(best)) of \(since) points before",
        meaning: "The model was as good long ago; more epochs only cost time or fit it to noise.",
        advice: ["stop early", .lower("max_iter"), "if the loss is still poor, try another model or learning rate"])
    }
  }
}
