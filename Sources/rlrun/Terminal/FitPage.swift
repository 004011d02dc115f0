import Analysis
import Formats
import Foundation
import Telemetry
import Tracker

/// How good a fitted model is, out of its run's record: its scores on either part of the rows and its confusions.
struct FitPage {
  let text: String

  /// More classes make a table that no terminal is wide enough for.
  private static let mostClasses = 15
  /// Of the confusions of many classes.
  private static let mostConfusions = 10

  /// `width`: the columns to fit in; nil for as many as it takes. nil for a run that is no fit, or has not come to its end.
  init?(_ record: RunRecord, width: Int?) {
    guard record.description.kind == .fit else { return nil }
    let parts = ["train", "validation"].filter { part in
      record.series.contains { $0.metric.name.hasPrefix("final/\(part)/") }
    }
    guard let judged = parts.last else { return nil }
    let scores = record.lastValues
    let hasFolds = record.series(.foldTestRows) != nil
    var table = TextTable(["score"] + parts.map { hasFolds && $0 == "validation" ? "folds [95 %]" : $0 })
    for name in Self.names + Self.quantileNames(scores, judged)
    where parts.contains(where: { scores["final/\($0)/\(name)"] != nil }) {
      table.add([name] + parts.map { Self.cell(record, $0, name, scores) })
    }
    var sections = [Self.heading(record).wrappedLines(to: width), table.fitted(to: width).text]
    let classes = Self.classes(of: record)
    if !classes.isEmpty {
      sections.append(Self.perClass(classes, "final/\(judged)", scores).fitted(to: width).text)
      let confusions = Self.confusions(classes, "final/\(judged)", scores, width)
      sections.append("\(judged) rows by their class and \(confusions)".wrappedLines(to: width))
    }
    sections += Self.heldOut(record, scores, width)
    text = sections.joined(separator: "\n\n")
  }

  /// Those that are shown, in this order.
  private static let names = [
    "accuracy", "balanced_accuracy", "macro_f1", "log_loss", "roc_auc", "pr_auc", "ndcg", "r2", "mse", "mae",
    "pinball_loss",
    "inertia", "mean_squared_distance", "explained_variance_ratio", "cost", "cost_at_half", "threshold",
  ]

  /// Of each quantile that is predicted, in their order.
  private static func quantileNames(_ scores: [String: Double], _ part: String) -> [String] {
    let prefix = "final/\(part)/"
    return scores.keys.filter { $0.hasPrefix(prefix + "quantile_") }.map { String($0.dropFirst(prefix.count)) }.sorted()
  }

  /// A score; of folds `0.9533 [0.9210, 0.9850]`.
  private static func cell(_ record: RunRecord, _ part: String, _ name: String, _ scores: [String: Double]) -> String {
    let value = scores["final/\(part)/\(name)"]
    guard part == "validation", let value, let folds = FoldScores(record, name) else { return brief(value) }
    let interval = folds.mean95
    return brief(value) + " [\(brief(interval.low)), \(brief(interval.high))]"
  }

  /// What held-out rows say beside the scores: calibration, and labels that are doubted.
  private static func heldOut(_ record: RunRecord, _ scores: [String: Double], _ width: Int?) -> [String] {
    var sections: [String] = []
    if scores["calibration/after/log_loss"] != nil {
      var table = TextTable(["held-out rows", "as fitted", "calibrated"])
      for name in ["log_loss", "brier_score", "ece"] {
        table.add([name] + ["before", "after"].map { brief(scores["calibration/\($0)/\(name)"]) })
      }
      sections.append(table.fitted(to: width).text)
    }
    if record.artifacts.contains(where: { $0.name == "label-issues.csv" }),
      let share = record.last(.dataLabelIssues), share > 0
    {
      let rows = (share * (record.last(.dataValidationRows) ?? 0)).rounded()
      sections.append(
        "\(shortest(rows)) label\(rows == 1 ? " is" : "s are") doubtful: rlrun artifact \(record.id) label-issues.csv"
          .wrappedLines(to: width))
    }
    return sections
  }

  /// `logistic for wine.csv:kind, 3 classes: 134 training rows, 44 validation rows, 13 features`
  private static func heading(_ record: RunRecord) -> String {
    func count(_ name: String, _ what: String) -> String? {
      record.last(Metric("data/\(name)")).map { "\(shortest($0)) \(what)" }
    }
    let settings = record.description.protocolSettings
    let repeats = settings["repeats"].map { " × \($0)" } ?? ""
    let folds = settings["folds"].map { "\($0)\(repeats) folds" }
    let counts = [
      count("training_rows", "training rows"), folds ?? count("validation_rows", "validation rows"),
      count("features", "features"),
    ]
    let task: String
    if case .text(let name)? = record.description.protocolSettings["task"] {
      let classes = classes(of: record).count
      task = ", \(name)" + (classes > 0 ? " into \(classes) classes" : "")
    } else {
      task = ""
    }
    return "\(record.description.subject) for \(record.description.target)\(task): ".printable
      + counts.compactMap { $0 }.joined(separator: ", ")
  }

  /// Labels in the order of the model's classes: numbers by size, others as text.
  private static func classes(of record: RunRecord) -> [String] {
    let prefix = "data/class_count/"
    let labels = record.series.map(\.metric.name).filter { $0.hasPrefix(prefix) }.map {
      String($0.dropFirst(prefix.count))
    }
    let numbers = labels.compactMap { Double($0) }
    guard numbers.count == labels.count else { return labels.sorted() }
    return zip(numbers, labels).sorted { $0 < $1 }.map(\.1)
  }

  private static func perClass(_ classes: [String], _ prefix: String, _ scores: [String: Double]) -> TextTable {
    var table = TextTable(["class", "precision", "recall", "F1"])
    for label in classes {
      table.add([label] + ["precision", "recall", "f1"].map { brief(scores["\(prefix)/\($0)/\(label)"]) })
    }
    return table
  }

  private static func confusions(
    _ classes: [String], _ prefix: String, _ scores: [String: Double], _ width: Int?
  ) -> String {
    func count(_ truth: String, _ predicted: String) -> Int {
      // Whatever has been logged under that name.
      Int(exactly: scores["\(prefix)/confusion/\(truth)/\(predicted)"] ?? 0) ?? 0
    }
    if classes.count <= mostClasses {
      var table = TextTable(["class"] + classes.map { "→ \($0)" })
      for truth in classes { table.add([truth] + classes.map { "\(count(truth, $0))" }) }
      if width.map({ table.width <= $0 }) ?? true { return "the predicted one\n" + table.text }
    }
    let wrong = classes.flatMap { truth in
      classes.filter { $0 != truth }.map { (truth: truth, predicted: $0, count: count(truth, $0)) }
    }
    .filter { $0.count > 0 }.sorted { $0.count > $1.count }
    var table = TextTable(["class", "predicted", "rows"])
    for confusion in wrong.prefix(mostConfusions) {
      table.add([confusion.truth, confusion.predicted, "\(confusion.count)"])
    }
    return "the wrong one that was predicted, the most frequent first\n" + table.fitted(to: width).text
  }

  /// Four decimals, or five digits where the number is large.
  private static func brief(_ value: Double?) -> String {
    value.map { abs($0) < 1000 ? decimal($0, 4) : String(format: "%.6g", $0) } ?? "–"
  }
}
