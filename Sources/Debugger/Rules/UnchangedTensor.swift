import Formats
import Settings
import Telemetry

/// Updates leave a layer's weights exactly as they were (`updates/LAYER/ratio` is 0).
///
/// At 3 points in a row, and not where a schedule has brought the learning rate below a tenth of its greatest
/// (`train/learning_rate`): steps are meant to become that small. Amazon's tolerance a slow but sound training meets; such
/// updates are `WeightUpdateRatio`'s to judge.
package struct UnchangedTensor: DebuggerRule {
  package static let name = "UnchangedTensor"
  package static let summary = "updates leave a layer's weights as they were"
  package static let scope = RuleScope.networks
  package static let stage = RuleStage.updates
  package static let amazon: AmazonRule? = AmazonRule(
    "3 saved steps within 1e-5 of each other",
    ["tolerance": .number(1e-5)])
  package static let watches: [NamePattern] = ["updates/*/ratio", .metric(.trainLearningRate)]
  package static let evidence: [NamePattern] = ["updates/*/ratio"]
  package static let hyperparameters: [Hyperparameter<UnchangedTensor>] = [
    .number("tolerance", \.tolerance, .nonNegative, "‖Δw‖ / ‖w‖ up to which nothing has changed"),
    .integer("patience", \.patience, .atLeast(1), "points in a row"),
  ]

  package var tolerance = 0.0
  package var patience = 3
  private var rate: (now: Double, greatest: Double)?
  private var unchanged = Streaks()

  package init() {}

  package mutating func inspect(_ point: WatchedPoint) -> Verdict? {
    if point.pattern == 1 {
      if point.value.isFinite { rate = (point.value, max(point.value, rate?.greatest ?? point.value)) }
      return nil
    }
    let hasEnded = rate.map { $0.now < $0.greatest / 10 } ?? false
    return unchanged.verdict(
      point.value <= tolerance && !hasEnded, patience: patience, at: point
    ) { [patience, tolerance] in
      Self.finding(
        point, .error,
        evidence: (tolerance == 0
          ? "an update changed no weight of \(point.subject)"
          : "an update changed the weights of \(point.subject) by \(rounded(point.value)) of their norm, at most "
            + rounded(tolerance)) + patience.pointsInARow,
        meaning: "This layer does not learn: its gradient is 0, or the steps are lost in rounding.",
        advice: [.raise("learning_rate"), "check that the layer's gradient is not 0"])
    }
  }
}
