import Formats
import Settings
import Telemetry

/// Some classes are so rare that a fit can pass them over (`data/class_count/CLASS`, `validation/recall/CLASS`).
///
/// Either the most frequent class has more than 50 times the rows of the rarest one; or more than 10 times those of a
/// class of which less than 0.3 of the validation rows are found at 10 points in a row.
package struct ClassImbalance: DebuggerRule {
  package static let name = "ClassImbalance"
  package static let summary = "a class is so rare that the fit ignores it"
  package static let scope = RuleScope.classifiers
  package static let stage = RuleStage.input
  package static let amazon: AmazonRule? = AmazonRule(
    "10 times as many rows of the most frequent class, or 0.7 of a class mispredicted",
    ["extreme_ratio": .number(10), "patience": .integer(1)])
  package static let watches: [NamePattern] = [
    "data/class_count/*", "validation/recall/*", .metric(.trainEpochs), .metric(.trainLoss), .metric(.validationLoss),
  ]
  package static let evidence: [NamePattern] = ["validation/recall/*"]
  package static let hyperparameters: [Hyperparameter<ClassImbalance>] = [
    .number("extreme_ratio", \.extremeRatio, .positive, "rows of the most frequent class over the rarest's, at once"),
    .number("ratio", \.ratio, .positive, "the same, of a class that is also missed"),
    .number("recall", \.recall, .unit, "a class is missed where less of its validation rows are found"),
    .integer("patience", \.patience, .atLeast(1), "points in a row at which it is missed"),
  ]

  package var extremeRatio = 50.0
  package var ratio = 10.0
  package var recall = 0.3
  package var patience = 10
  private var newCounts = SeriesGroup()
  private var counts: [String: Double] = [:]
  private var epochs = FitEpochs()
  private var missed = Streaks()
  /// Of the counts, which stay as they are.
  private var hasSpoken = false

  package init() {}

  package mutating func inspect(_ point: WatchedPoint) -> Verdict? {
    if point.pattern == 2 {
      epochs.record(point.value)
      return nil
    }
    if point.pattern == 0 {
      if let all = newCounts.record(point) { counts = all.bySubject }
      return nil
    }
    if let all = newCounts.take(before: point.step) {
      counts = all.bySubject
      if let finding = rareClass(point) {
        hasSpoken = true
        return .begins(finding)
      }
    }
    guard point.pattern == 1, !hasSpoken, let count = counts[point.subject], let most = counts.values.max() else {
      return nil
    }
    let patience = epochs.shorten(patience)
    return missed.verdict(most > ratio * count && point.value < recall, patience: patience, at: point) {
      [recall] in
      Self.finding(
        point, of: point.subject,
        "class \(point.subject) has \(rounded(count)) training rows against \(rounded(most)) of the most frequent "
          + "class; validation/recall/\(point.subject) is \(rounded(point.value)), below \(shortest(recall))"
          + patience.pointsInARow)
    }
  }

  private func rareClass(_ point: WatchedPoint) -> Finding? {
    let order = counts.sorted { ($0.value, $0.key) < ($1.value, $1.key) }
    guard let least = order.first, let most = order.last, most.value > extremeRatio * least.value else { return nil }
    return Self.finding(
      point, of: least.key,
      "class \(least.key) has \(rounded(least.value)) training rows, class \(most.key) \(rounded(most.value)), "
        + "more than \(shortest(extremeRatio)) times as many")
  }

  private static func finding(_ point: WatchedPoint, of name: String, _ evidence: String) -> Finding {
    Self.finding(
      point, subject: name, evidence: evidence,
      meaning: "A model that never answers with the rare class has a high accuracy all the same.",
      advice: "Weight classes by their rarity, get more rows of it, and check balanced accuracy and recall.")
  }
}
