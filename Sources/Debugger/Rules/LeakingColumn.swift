import Formats
import Settings
import Telemetry

/// A model of trees that hardly errs goes by one column alone (`final/gain/COLUMN`, its share of the gain of all splits;
/// `final/validation/accuracy` or `final/validation/r2`; `data/features`).
///
/// More than 0.85 of the gain, with a score above 0.98, and at least three features: such a column is mostly made of the target,
/// or known only after it. Of sound models one feature that says nearly all had up to 0.84.
package struct LeakingColumn: DebuggerRule {
  package static let name = "LeakingColumn"
  package static let summary = "a model that hardly errs goes by one column alone"
  package static let scope = RuleScope.fits
  package static let stage = RuleStage.input
  package static let watches: [NamePattern] = [
    "final/gain/*", "final/validation/accuracy", "final/validation/r2", "data/features",
  ]
  package static let evidence: [NamePattern] = ["final/gain/*"]
  package static let hyperparameters: [Hyperparameter<LeakingColumn>] = [
    .number("share", \.share, .unit, "the column's share of the gain of all splits"),
    .number("score", \.score, .unit, "the accuracy, or R², of the validation rows"),
    .integer("features", \.leastFeatures, .atLeast(2), "of so many features at least"),
  ]

  package var share = 0.85
  package var score = 0.98
  package var leastFeatures = 3
  private var largest: (column: String, share: Double) = ("", 0)
  private var reached: Double?
  private var features = 0.0
  private var hasSpoken = false

  package init() {}

  package mutating func inspect(_ point: WatchedPoint) -> Verdict? {
    switch point.pattern {
    case 0: if point.value > largest.share { largest = (point.subject, point.value) }
    case 3: features = point.value
    default: reached = point.value
    }
    guard !hasSpoken, let reached, reached > score, largest.share > share, features >= Double(leastFeatures) else {
      return nil
    }
    hasSpoken = true
    return .begins(
      Self.finding(
        point, subject: largest.column,
        evidence: "the column '\(largest.column)' has \(rounded(100 * largest.share)) % of the gain of all splits, and "
          + "the validation score is \(rounded(reached))",
        meaning: "The column is probably made of the target, or known only after it.",
        advice: "Look at where the column comes from, and fit without it: --drop COLUMN."))
  }
}
