import Debugger
import Formats
import Settings
import Telemetry
import Tracker

/// Runs as a page to hand on: scores with their intervals, curves, findings, settings, and how to do it all again.
package struct ExperimentReport {
  private let records: [RunRecord]
  private let comparison: Comparison
  private let groups: RunGroups
  private let charts: [Metric]
  private let title: String
  private let date: String

  /// Charts where nobody says which; a page of twenty runs stays well below two megabytes.
  private static let chartLimit = 8
  /// Points of a line in a chart.
  private static let points = 200

  /// `metric`: of the scores; nil for what such runs are judged by. `charts`: nil for those that say most. `date`: when it is made,
  /// as it is to be written.
  package init(
    of records: [RunRecord], title: String, date: String, metric: Metric? = nil, charts: [Metric]? = nil
  ) {
    self.records = records.sorted { ($0.description.start, $0.id) < ($1.description.start, $1.id) }
    (self.title, self.date) = (title, date)
    comparison = Comparison(of: records, metric: metric)
    groups = RunGroups(of: self.records)
    self.charts = charts ?? Self.usual(in: records, first: comparison.curve)
  }

  /// What most runs recorded more than once: returns and losses first.
  private static func usual(in records: [RunRecord], first: String) -> [Metric] {
    var counts: [String: Int] = [:]
    for record in records {
      for series in record.series where series.values.count > 1 { counts[series.metric.name, default: 0] += 1 }
    }
    func rank(_ name: String) -> Int {
      if name == first { return 0 }
      let order = ["eval/mean_reward", "rollout/ep_rew_mean", "rollout/ep_len_mean", "validation/", "train/loss"]
      if let place = order.firstIndex(where: { name.hasPrefix($0) }) { return 1 + place }
      return name.hasPrefix("train/") ? 10 : Metric(name).isOfTime ? 99 : 20
    }
    return counts.filter { 2 * $0.value >= records.count || $0.key == first }.keys
      .filter { rank($0) < 99 }.sorted { (rank($0), $0) < (rank($1), $1) }.prefix(chartLimit).map { Metric($0) }
  }

  /// The HTML document.
  package var html: String {
    let count = records.count
    var page = SectionedPage(
      title: title,
      explanation: "\(count) run\(count == 1 ? "" : "s") in \(groups.groups.count) "
        + "group\(groups.groups.count == 1 ? "" : "s"); made \(date) by rlrun")
    page.add("Scores", scores)
    page.add("Curves", curves)
    page.add("Findings", findings)
    page.add("Settings", settings)
    page.add("Runs", [.table(runs)])
    page.add("How to reproduce", reproduction)
    return page.html
  }

  // MARK: Sections

  private var scores: [SectionedPage.Part] {
    if comparison.groups.isEmpty { return [.text("No run has a score called \(comparison.metric).")] }
    var rows = [["group", "environment", "seeds", "IQM", "95 % interval", "mean", "least", "greatest"]]
    for group in comparison.groups {
      let interval = group.iqmLow.flatMap { low in group.iqmHigh.map { "\(brief(low)) to \(brief($0))" } }
      rows.append([
        group.label, group.environment, "\(group.seedCount)", brief(group.iqm), interval ?? "fewer than 4 seeds",
        brief(group.mean), brief(group.min), brief(group.max),
      ])
    }
    var parts: [SectionedPage.Part] = [
      .text("By \(comparison.metric), the interquartile mean over seeds."), .table(rows),
    ]
    let better = comparison.improvements.filter { $0.probability >= 0.5 }.map { one in
      let interval = one.low.flatMap { low in one.high.map { "\(brief(low)) to \(brief($0))" } } ?? ""
      return ["\(one.group) is better than \(one.over)", brief(one.probability), interval]
    }
    if !better.isEmpty { parts.append(.table([["statement", "probability", "95 % interval"]] + better)) }
    if let across = comparison.acrossEnvironments {
      parts.append(.picture(ChartDrawing(ChartFigure(across), width: 800)))
    }
    return parts + comparison.notes.map { .text($0) }
  }

  private var curves: [SectionedPage.Part] {
    charts.flatMap { metric -> [SectionedPage.Part] in
      let curve = LearningCurve(of: records, metric: metric, points: Self.points, resamples: 1_000)
      if curve.groups.isEmpty { return [.text("No run has points of \(metric.name).")] }
      return [.picture(ChartDrawing(ChartFigure(curve), width: 800))]
    }
  }

  /// The causes of trouble, each with its runs.
  private var findings: [SectionedPage.Part] {
    var byCause: [String: (cause: Diagnosis.Cause, runs: [String])] = [:]
    var order: [String] = []
    for record in records where !record.findings.isEmpty {
      for cause in Diagnosis(record.findings.map(\.finding), of: record).causes {
        if byCause[cause.name] == nil { order.append(cause.name) }
        byCause[cause.name, default: (cause, [])].runs.append(record.id)
      }
    }
    if order.isEmpty { return [.text("The debugger found nothing wrong, as far as its rules can see.")] }
    let rows = order.map { name in
      let (cause, runs) = byCause[name]!
      return [cause.claim, cause.evidence, cause.change, listed(runs)]
    }
    return [.table([["what is wrong", "evidence in the first run", "what to try", "runs"]] + rows)]
  }

  private func listed(_ runs: [String]) -> String {
    runs.count <= 8
      ? runs.joined(separator: ", ") : runs.prefix(8).joined(separator: ", ") + " and \(runs.count - 8) more"
  }

  private var settings: [SectionedPage.Part] {
    let names = Set(records.flatMap(\.parameters.keys)).sorted()
    func values(_ name: String) -> Set<HyperparameterValue?> { Set(records.map { $0.parameters[name] }) }
    let (same, different) = (names.filter { values($0).count == 1 }, names.filter { values($0).count > 1 })
    let byID = Dictionary(records.map { ($0.id, $0) }) { first, _ in first }
    var parts: [SectionedPage.Part] = []
    if !different.isEmpty {
      // One run stands for its group.
      let examples = groups.groups.compactMap { group in group.runs.first.flatMap { byID[$0] }.map { (group.label, $0) }
      }
      let rows = different.map { name in
        [name] + examples.map { $0.1.parameters[name]?.description ?? "" }
      }
      parts += [.text("Settings that differ"), .table([["setting"] + examples.map(\.0)] + rows)]
    }
    if !same.isEmpty {
      let rows = same.map { [$0, records[0].parameters[$0]?.description ?? ""] }
      parts += [.text("Settings of all runs"), .table([["setting", "value"]] + rows)]
    }
    return parts.isEmpty ? [.text("These runs have no settings.")] : parts
  }

  private var runs: [[String]] {
    let metric = Metric(comparison.metric)
    var labels: [String: String] = [:]
    for group in groups.groups { for run in group.runs { labels[run] = group.label } }
    return [["run", "name", "group", "seed", "status", "steps", comparison.metric, "seconds"]]
      + records.map { record in
        [
          record.id, record.description.name, labels[record.id] ?? "", "\(record.description.seed)",
          record.status.rawValue, grouped(record.lastStep), record.last(metric).map(brief) ?? "",
          record.activeSeconds.map(brief) ?? "",
        ]
      }
  }

  private var reproduction: [SectionedPage.Part] {
    var parts: [SectionedPage.Part] = [
      .text("Every run is done again, and compared bit by bit, by its id; on the same kind of processor:"),
      .code(records.prefix(40).map { "rlrun reproduce \($0.id)" }),
    ]
    var (commands, seen): ([String], Set<String>) = ([], [])
    for record in records {
      let words = record.description.surroundings.commandLine
      // The program by its name, wherever it lay.
      let line =
        ([words.first.map { String($0.split(separator: "/").last ?? "") } ?? ""] + words.dropFirst().map(quotedWord))
        .joined(separator: " ")
      if !words.isEmpty, seen.insert(line).inserted { commands.append(line) }
    }
    if !commands.isEmpty { parts += [.text("They were started by"), .code(commands)] }
    func all(_ values: [String?]) -> String {
      var seen: Set<String> = []
      return values.compactMap { $0 }.filter { !$0.isEmpty && seen.insert($0).inserted }.joined(separator: ", ")
    }
    let here = records.map(\.description.surroundings)
    let facts = [
      ["program", all(here.map(\.programVersion))],
      ["commit", all(records.map { $0.codeState?.commit ?? $0.description.surroundings.gitCommit })],
      [
        "changed since the commit",
        records.contains { $0.codeState?.isDirty == true } ? "yes; the difference is an artifact" : "no",
      ],
      ["host", all(here.map(\.host))], ["processor", all(here.map(\.blasCoreType))],
      ["kernels", all(here.map(\.kernelVariant))], ["BLAS threads", all(here.map { "\($0.blasThreads)" })],
    ]
    return parts + [.table([["surroundings", ""]] + facts.filter { !$0[1].isEmpty })]
  }

  private func quotedWord(_ word: String) -> String {
    let isPlain =
      !word.isEmpty && word.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_./:=,@+%".contains($0)) }
    return isPlain ? word : "'" + word.replacing("'", with: "'\\''") + "'"
  }
}
