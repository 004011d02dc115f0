import Formats
import Settings
import Telemetry

/// One update changes a layer's weights too much or too little for their size (`updates/LAYER/ratio`, ‖Δw‖ / ‖w‖).
///
/// About 0.001 is usual, and 0.03 has been seen in sound fits. Too much: above 0.3 in more than half of a step's layers,
/// which is told once the next step has begun, or in one layer at 3 points in a row: large ratios are what a last layer of
/// small initial weights has at its first updates. Too little: below 1e-6 at 5 points in a row (sound runs stay
/// above 6e-6), though not 0, which is `UnchangedTensor`'s; a schedule may end in nothing, and what is learnt leaves
/// nothing to update, so that of agents only the first fifth of the budget is judged (`setup/budget`).
package struct WeightUpdateRatio: DebuggerRule {
  package static let name = "WeightUpdateRatio"
  package static let summary = "an update changes a layer's weights too much or too little for their size"
  package static let scope = RuleScope.networks
  package static let stage = RuleStage.beginning
  package static let amazon: AmazonRule? = AmazonRule(
    "above 10, or below 1e-8",
    ["large": .number(10), "small": .number(1e-8), "large_patience": .integer(1), "small_patience": .integer(1)])
  package static let watches: [NamePattern] = ["updates/*/ratio", .metric(.setupBudget)]
  package static let hyperparameters: [Hyperparameter<WeightUpdateRatio>] = [
    .number("large", \.large, .positive, "‖Δw‖ / ‖w‖ above which it is too much"),
    .number("small", \.small, .nonNegative, "below which it is too little"),
    .integer("large_patience", \.largePatience, .atLeast(1), "points in a row of one layer's too much"),
    .integer("small_patience", \.smallPatience, .atLeast(1), "points in a row of too little"),
  ]

  package var large = 0.3
  package var small = 1e-6
  package var largePatience = 3
  package var smallPatience = 5
  private var budget = Double.infinity
  private var layers = SeriesGroup()
  private var most = Streak()
  private var largeOnes = Streaks()
  private var smallOnes = Streaks()

  package init() {}

  package mutating func inspect(_ point: WatchedPoint) -> Verdict? {
    if point.pattern == 1 {
      budget = point.value
      return nil
    }
    let (layer, value) = (point.subject, point.value)
    let isEarly = Double(point.step) <= 0.2 * budget
    var verdict = smallOnes.verdict(isEarly && value > 0 && value < small, patience: smallPatience, at: point) {
      [small, smallPatience] in
      Self.finding(
        point,
        evidence: "one update changed the weights of \(layer) by \(rounded(value)) of their norm, below "
          + "\(rounded(small))\(smallPatience.pointsInARow)",
        meaning: "The weights hardly move: most of a step is lost in rounding.",
        advice: [.raise("learning_rate"), "look at the layers after it for what stops the gradient"])
    }
    let alone = largeOnes.verdict(isTooMuch(value), patience: largePatience, at: point) { [large, largePatience] in
      Self.tooMuch(
        point, layer,
        "one update changed the weights of \(layer) by \(rounded(value)) of their norm, above \(shortest(large))"
          + largePatience.pointsInARow)
    }
    if let all = layers.record(point) {
      let count = all.count { isTooMuch($0.value) }
      let told = most.verdict(2 * count > all.count, patience: 1) { [large] in
        Self.tooMuch(
          point, "",
          "one update changed the weights of \(count) of \(all.count) layers by more than \(shortest(large)) of their "
            + "norm, at most by \(rounded(all.reduce(0) { max($0, $1.value) }))")
      }
      if let told { return told }
    }
    // What most layers had has been told.
    if most.length == 0, let alone { verdict = alone }
    return verdict
  }

  /// What is not finite is `ExplodingTensor`'s.
  private func isTooMuch(_ ratio: Double) -> Bool { ratio > large && ratio.isFinite }

  private static func tooMuch(_ point: WatchedPoint, _ subject: String, _ evidence: String) -> Finding {
    Self.finding(
      point, subject: subject, evidence: evidence,
      meaning: "Such an update throws away much of what the weights held; about 0.001 is usual.",
      advice: [.lower("learning_rate"), "warm it up, as warmup_0.1_0.001"])
  }
}
