import Formats
import Settings
import Telemetry

/// Of three or more classes some are taken for others, though the fit does well elsewhere (`validation/recall/CLASS`,
/// `validation/precision/CLASS`).
///
/// Less than 0.6 of a class's validation rows are found, more than 0.8 of another's, and half of an average class's, as
/// means over 10 epochs, in which `validation/loss` has not improved by 2 %: until then all classes may still be learnt. A
/// class of less than a tenth of the rows of the most frequent one (`data/class_count/CLASS`) is `ClassImbalance`'s to
/// judge. The classes predicted with the least precision are those it is taken for. Amazon's threshold is more
/// than a useful model need reach.
package struct Confusion: DebuggerRule {
  package static let name = "Confusion"
  package static let summary = "some of three or more classes are confused, though the fit does well elsewhere"
  package static let scope = RuleScope.classifiers
  package static let stage = RuleStage.outcome
  package static let amazon: AmazonRule? = AmazonRule(
    "less than 0.9 of a class found, or more than 0.1 taken for another",
    ["recall": .number(0.9), "good_recall": .number(0)])
  package static let watches: [NamePattern] = [
    "data/class_count/*", "validation/precision/*", .metric(.validationLoss), "validation/recall/*",
  ]
  package static let evidence: [NamePattern] = ["validation/recall/*"]
  package static let hyperparameters: [Hyperparameter<Confusion>] = [
    .number("recall", \.low, .unit, "a class is confused where less of its rows are found, on average over 10 epochs"),
    .number("good_recall", \.high, .unit, "of at least one class more is found"),
  ]
  private static let epochs = 10

  package var low = 0.6
  package var high = 0.8
  private var counts: [String: Double] = [:]
  private var newRecalls = SeriesGroup()
  private var newPrecisions = SeriesGroup()
  private var recalls: [String: [Double]] = [:]
  private var newLoss = SeriesGroup()
  /// The best loss up to each of the last epochs, the newest last.
  private var bestLosses: [Double] = []
  private var precisions: [String: Double] = [:]
  private var confused = Streak()

  package init() {}

  package mutating func inspect(_ point: WatchedPoint) -> Verdict? {
    let (name, value, step) = (point.subject, point.value, point.step)
    switch point.pattern {
    case 0: counts[name] = value
    case 1: if let all = newPrecisions.record(point) { precisions = all.bySubject }
    case 2:
      if value.isFinite, let all = newLoss.record(point) { remember(all) }
    default:
      guard let all = newRecalls.record(point) else { return nil }
      // Those of the same epoch as the recalls at hand.
      if let all = newPrecisions.take(before: step) { precisions = all.bySubject }
      if let all = newLoss.take(before: step) { remember(all) }
      for (name, value) in all.bySubject {
        recalls[name, default: []].append(value)
        if recalls[name]!.count > Self.epochs { recalls[name]!.removeFirst() }
      }
      return judge(point)
    }
    return nil
  }

  private mutating func judge(_ point: WatchedPoint) -> Verdict? {
    let most = counts.values.max() ?? 0
    let means = recalls.filter { $0.value.count == Self.epochs && counts[$0.key, default: most] >= most / 10 }
      .mapValues { mean($0) }
    let order = means.sorted { ($0.value, $0.key) < ($1.value, $1.key) }
    let confusedOnes = order.filter { $0.value < low }
    let average = order.isEmpty ? 0 : mean(order.map(\.value))
    let isApart = !confusedOnes.isEmpty && order.count >= 3 && order.last!.value > high && average > 0.5
    let vague = precisions.filter { $0.value < 0.75 }.sorted { ($0.value, $0.key) < ($1.value, $1.key) }
    return confused.verdict(isApart && !isStillLearning, patience: 1) {
      Self.finding(
        point, subject: "",
        evidence: "over \(Self.epochs) epochs validation/recall is on average \(Self.list(confusedOnes)), but "
          + Self.list([order.last!]) + (vague.isEmpty ? "" : "; the least precise predictions are \(Self.list(vague))"),
        meaning: "The model cannot tell these classes from others.",
        advice: "Look for wrong labels among them, for features that tell them apart, or make one class of them.")
    }
  }

  private mutating func remember(_ losses: [SeriesGroup.Value]) {
    for (_, loss) in losses { bestLosses.append(min(loss, bestLosses.last ?? loss)) }
    if bestLosses.count > Self.epochs + 1 { bestLosses.removeFirst() }
  }

  private var isStillLearning: Bool {
    bestLosses.count <= Self.epochs || bestLosses[Self.epochs] < 0.98 * bestLosses[0]
  }

  /// `0.41 for 3, 0.47 for 8`; at most 5.
  private static func list(_ classes: [(key: String, value: Double)]) -> String {
    classes.prefix(5).map { "\(rounded($0.value)) for \($0.key)" }.joined(separator: ", ")
      + (classes.count > 5 ? " and \(classes.count - 5) more" : "")
  }
}
