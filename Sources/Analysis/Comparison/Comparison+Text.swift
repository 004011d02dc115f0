import Formats
import Foundation
import Telemetry

extension Comparison {
  /// The comparison for people: what differs, the scores, who is better how surely, and what to bear in mind.
  package var text: String { text(width: nil) }

  /// `text` in so many columns: the columns that have no place are named below their table.
  package func text(width: Int?) -> String {
    page(differencesTable(width)) {
      $0.fitted(to: width).text(noting: Self.remedy)
    } prose: {
      $0.wrappedLines(to: width)
    }
  }

  /// How to see what a narrow terminal has no place for.
  static let remedy = "--wide or --csv shows them"

  /// `text` with its tables in GitHub's Markdown.
  package var markdown: String {
    page(differencesTable(nil)) {
      $0.markdown
    } prose: {
      $0
    }
  }

  private func page(
    _ differing: TextTable?, rendered: (TextTable) -> String, prose: (String) -> String
  ) -> String {
    var parts: [String] = []
    if let differing {
      parts.append(differences.isEmpty ? "The recorded configurations do not differ." : rendered(differing))
    }
    if let foldsTable { parts.append(rendered(foldsTable)) }
    if !groups.isEmpty {
      parts.append(rendered(scoresTable))
      if groups.contains(where: { $0.threshold != nil }) { parts.append(rendered(speedTable)) }
    }
    if let improvementsTable { parts.append(rendered(improvementsTable)) }
    if let acrossEnvironments {
      parts.append(rendered(referencesTable))
      parts.append(acrossEnvironments.page(rendered, prose: prose))
    }
    parts.append(prose(notesText))
    return parts.joined(separator: "\n\n")
  }

  /// The groups that share agent and environment with another, a column each, or a row where there is no width for that;
  /// nil where none does.
  private func differencesTable(_ width: Int?) -> TextTable? {
    let families = Dictionary(grouping: groups) { [$0.agent, GroupKey.unversioned($0.environment)] }
    let shown = groups.indices.filter { index in
      families[[groups[index].agent, GroupKey.unversioned(groups[index].environment)]]?.count ?? 0 > 1
    }
    if shown.isEmpty { return nil }
    var table = TextTable(["differs"] + shown.map { groups[$0].label })
    for difference in differences { table.add([difference.key] + shown.map { difference.values[$0].description }) }
    guard let width, table.width > width else { return table }
    let keys = differences.map(\.key)
    table = TextTable(["differs"] + keys, dispensable: keys.reversed())
    for index in shown { table.add([groups[index].label] + differences.map { $0.values[index].description }) }
    return table
  }

  /// Across environments: what scores 0 and what 1, once normalised.
  private var referencesTable: TextTable {
    var table = TextTable(["normalised in", "0 is random", "1 is", "by"])
    for one in referenceScores {
      table.add([one.environment, shortest(one.random), shortest(one.reference), one.source])
    }
    return table
  }

  private var speedTable: TextTable {
    var table = TextTable(
      [
        "group", "area under \(curve)", "threshold", "runs at threshold", "steps to threshold", "time to threshold",
      ], dispensable: ["time to threshold", "area under \(curve)", "threshold"])
    for group in groups {
      table.add([
        group.label, group.areaUnderCurve.map(score) ?? "–", group.threshold.map(shortest) ?? "–",
        group.threshold == nil ? "–" : "\(group.reached) of \(group.count)",
        group.stepsToThreshold.map { String(format: "%.0f", $0) } ?? "–",
        group.secondsToThreshold.map { String(format: "%.1f s", $0) } ?? "–",
      ])
    }
    return table
  }

  private var scoresTable: TextTable {
    var table = TextTable(
      ["group", "seeds", "IQM [95 %]", "mean ± std", "median", "min", "max", "steps/s", "time"],
      dispensable: ["time", "steps/s", "median", "max", "min", "mean ± std"])
    for group in groups {
      table.add([
        group.label, String(group.seedCount), withInterval(group.iqm, group.iqmLow, group.iqmHigh, score),
        score(group.mean) + (group.std.map { " ± \(score($0))" } ?? ""),
        score(group.median), score(group.min), score(group.max),
        group.stepsPerSecond.map { String(format: "%.0f", $0) } ?? "–",
        group.seconds.map { String(format: "%.1f s", $0) } ?? "–",
      ])
    }
    return table
  }

  /// The best group of each environment over every other one there; `improvements` has all pairs.
  ///
  /// Of fits with folds a pair without an interval says less than its folds do, and is left out.
  private var improvementsTable: TextTable? {
    let best = Dictionary(groups.map { ($0.environment, $0.label) }) { first, _ in first }.values
    var table = TextTable(["group", "over", "probability of improvement [95 %]"])
    let folded = Set(folds.map(\.group))
    let shown = improvements.filter { one in
      best.contains(one.group) && !(one.low == nil && folded.contains(one.group) && folded.contains(one.over))
    }
    if shown.isEmpty { return nil }
    for one in shown {
      table.add([
        one.group, one.over, withInterval(one.probability, one.low, one.high) { String(format: "%.2f", $0) },
      ])
    }
    return table
  }

  private var notesText: String {
    let environments = Set(groups.map(\.environment))
    let direction = Metric(metric).isMinimized ? ", the lower the better" : ""
    let place = environments.count == 1 ? environments.first.map { " in \($0)" } ?? "" : ""
    var lines = [
      groups.isEmpty
        ? "No run has \(metric)."
        : "Scores are the last \(metric) of each run\(place)\(direction); IQM is the mean of the middle half; "
          + "intervals: \(resamples) bootstrap resamples, seed \(seed)."
    ]
    if !folds.isEmpty {
      lines.append(
        "Over folds: the mean score of the test rows, and the differences fold by fold, with corrected resampled t intervals "
          + "(Nadeau and Bengio 2003).")
    }
    lines += notes
    lines += leftOut.map { "Left out: \($0.run) (\($0.experiment), seed \($0.seed)): \($0.reason)." }
    return lines.joined(separator: "\n")
  }

  private static let foldColumns = [
    "fold_mean", "fold_low", "fold_high", "difference", "difference_low", "difference_high", "difference_p", "verdict",
  ]

  /// A row a group, numbers in full; of fits with folds with their differences from the best.
  package var csv: String {
    CSVWriter.text { writer in
      writer.row(
        [
          "group", "agent", "environment", "configuration_hash", "metric", "seeds", "runs", "iqm", "iqm_low",
          "iqm_high",
          "mean", "std", "median", "min", "max", "steps_per_second", "seconds", "area_under_curve", "threshold",
          "reached",
          "steps_to_threshold", "seconds_to_threshold",
        ] + (folds.isEmpty ? [] : Self.foldColumns))
      for group in groups {
        for word in [group.label, group.agent, group.environment, group.configurationHash, metric] {
          writer.field(word)
        }
        writer.field(group.seedCount)
        writer.field(group.count)
        for value in [
          group.iqm, group.iqmLow, group.iqmHigh, group.mean, group.std, group.median, group.min, group.max,
          group.stepsPerSecond, group.seconds, group.areaUnderCurve, group.threshold,
        ] {
          writer.field(value)
        }
        writer.field(group.reached)
        writer.field(group.stepsToThreshold)
        writer.field(group.secondsToThreshold)
        if !folds.isEmpty {
          let row = folds.first { $0.group == group.label }
          for value in [
            row?.mean, row?.low, row?.high, row?.difference, row?.differenceLow, row?.differenceHigh, row?.p,
          ] {
            writer.field(value)
          }
          writer.field(row?.verdict ?? "")
        }
        writer.endRow()
      }
    }
  }

  /// Two decimals, or more where all scores are small.
  private func score(_ value: Double) -> String {
    let largest = groups.flatMap { [abs($0.min), abs($0.max)] }.max() ?? 0
    return String(format: "%.\(largest >= 10 ? 2 : largest >= 1 ? 3 : 4)f", value)
  }
}
