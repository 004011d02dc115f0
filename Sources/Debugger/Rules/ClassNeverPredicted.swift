import Formats
import Settings
import Telemetry

/// A class of which the fitted model finds no row (`final/validation/recall/CLASS`), though the validation rows have about ten of
/// it or more (`data/class_count/CLASS`, `data/training_rows`, `data/validation_rows`).
///
/// Where it is rare beside the most frequent class, by more than ten times, `ClassImbalance` judges it.
package struct ClassNeverPredicted: DebuggerRule {
  package static let name = "ClassNeverPredicted"
  package static let summary = "the fitted model finds no row of a class"
  package static let scope = RuleScope.classifiers
  package static let stage = RuleStage.outcome
  package static let watches: [NamePattern] = [
    "data/class_count/*", "data/training_rows", .metric(.dataValidationRows), "final/validation/recall/*",
  ]
  package static let evidence: [NamePattern] = ["final/validation/recall/*"]
  package static let hyperparameters: [Hyperparameter<ClassNeverPredicted>] = [
    .number("rows", \.rows, .positive, "validation rows of the class, by its share of the training rows"),
    .number("ratio", \.ratio, .positive, "rows of the most frequent class over those of a class that is too rare"),
  ]

  package var rows = 10.0
  package var ratio = 10.0
  private var counts: [String: Double] = [:]
  private var (training, validation) = (0.0, 0.0)

  package init() {}

  package mutating func inspect(_ point: WatchedPoint) -> Verdict? {
    switch point.pattern {
    case 0: counts[point.subject] = point.value
    case 1: training = point.value
    case 2: validation = point.value
    default:
      guard point.value == 0, let count = counts[point.subject], let most = counts.values.max(), training > 0,
        most <= ratio * count
      else { return nil }
      let expected = count / training * validation
      guard expected >= rows else { return nil }
      return .begins(
        Self.finding(
          point,
          evidence: "final/validation/recall/\(point.subject) is 0, of about \(rounded(expected)) validation rows",
          meaning: "The model never answers rightly with this class, however it scores otherwise.",
          advice: "Weight its rows, look for columns that tell it apart, or take another model."))
    }
    return nil
  }
}
