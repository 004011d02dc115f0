import Formats
import Settings
import Telemetry

/// Training and validation rows have different targets (`data/target_shift`, the greatest distance of their distributions;
/// `data/target_shift_by_chance`, that of rows drawn alike, which a thousandth of splits exceed).
///
/// A test of size and effect: more than chance, and more than 0.15, for of many rows any difference is more than chance.
package struct TargetShift: DebuggerRule {
  package static let name = "TargetShift"
  package static let summary = "training and validation rows have different targets"
  package static let scope = RuleScope.fits
  package static let stage = RuleStage.input
  package static let watches: [NamePattern] = ["data/target_shift", "data/target_shift_by_chance"]
  package static let evidence: [NamePattern] = ["data/target_shift"]
  package static let hyperparameters: [Hyperparameter<TargetShift>] = [
    .number(
      "distance", \.distance, .unit, "of the distributions: between shares of a class, or of the rows up to a number")
  ]

  package var distance = 0.15
  private var (found, chance) = (Double?.none, Double?.none)
  private var hasSpoken = false

  package init() {}

  package mutating func inspect(_ point: WatchedPoint) -> Verdict? {
    if point.pattern == 0 { found = point.value } else { chance = point.value }
    guard !hasSpoken, let found, let chance, found > max(chance, distance) else { return nil }
    hasSpoken = true
    return .begins(
      Self.finding(
        point, subject: "",
        evidence: "the targets of training and validation rows are \(rounded(found)) apart, and by chance "
          + "\(rounded(chance)) at most",
        meaning: "The validation scores are of other rows than those that were learnt from.",
        advice: "Split at random if the rows are of one kind; else get training rows like those to predict."))
  }
}
