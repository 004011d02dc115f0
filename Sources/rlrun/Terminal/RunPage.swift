import Formats
import Foundation
import Telemetry
import Tracker

/// A run as a page to read: how it did first, then what it was.
struct RunPage {
  let text: String

  /// `width`: the columns to fit in; nil for as many as it takes.
  init(_ record: RunRecord, width: Int?) {
    let inner = width.map { max(20, $0 - 2) }
    // What a search varies is long; its own page tells the space.
    let settings = record.description.shownSettings.filter { $0.key != "base" }
    let metrics = (title: "Metrics", lines: Self.table(record.series.filter { !$0.metric.isOfSystem }, inner))
    let scores = FitPage(record, width: inner).map { [$0.text] } ?? Self.scores(of: record, inner)
    var sections: [(title: String, lines: [String])] = [
      scores.isEmpty ? metrics : ("Scores", scores),
      ("Columns by their share of the trees' gain", Self.gains(of: record, inner)),
      ("Findings", Self.findings(of: record)),
      ("Rewinds", RewindStory(record).lines),
      ("Description", record.text.map { $0.isEmpty ? [] : [$0] } ?? []),
      ("Notes", record.notes),
      ("Tags", Self.pairs(record.tags, inner)),
      ("Hyperparameters", Self.pairs(record.parameters.mapValues(\.description), inner)),
      ("Settings", Self.pairs(settings.mapValues(\.description), inner)),
      ("Step of the workflow", Self.pairs(record.description.step?.facts ?? [:], inner)),
    ]
    if !scores.isEmpty { sections.append(metrics) }
    sections.append(("System", Self.table(record.series.filter(\.metric.isOfSystem), inner)))
    sections += [
      ("Episodes", Self.episodes(of: record)),
      ("Checkpoints kept", record.keptCheckpoints.map(\.line)),
      ("Artifacts", record.artifacts.latest.map(\.line)),
      ("Resumed", record.resumes.filter { $0.rewind == nil }.map(\.resumption)),
      ("Surroundings", Self.pairs(record.description.surroundings.facts.filter { $0.value != "" }, inner)),
    ]
    let filled = sections.filter { !$0.lines.isEmpty }.map { section in
      section.title + "\n" + section.lines.joined(separator: "\n").wrappedLines(to: inner, hanging: 2).indented
    }
    text = ([Self.head(of: record).wrappedLines(to: width, hanging: 2)] + filled).joined(separator: "\n\n")
  }

  private static func head(of record: RunRecord) -> String {
    let description = record.description
    let name = description.name.isEmpty ? "" : " “\(description.name.printable)”"
    var lines = ["Run \(record.id)\(name), experiment \(description.experiment.printable)"]
    if record.isDescribed {
      lines.append(
        "\(description.subject) in \(description.target), seed \(description.seed), ".printable
          + "configuration \(description.configurationHash.printable)")
    } else {
      lines.append("the log does not say what was run")
    }
    if let parent = description.parent { lines.append("a part of run \(parent.printable)") }
    if let code = record.codeState { lines.append(code.line) }
    let reason = record.message.map { ": \($0.printable)" } ?? ""
    lines.append("\(record.status.rawValue) at step \(record.lastStep) of \(record.budget)\(reason)")
    if record.isDescribed {
      let end = record.end.map { ", ended \(localTime($0))" } ?? ""
      lines.append("started \(localTime(description.start))\(end), took \(duration(of: record))")
    }
    switch record.condition {
    case .sound: break
    case .torn(_, let offset): lines.append("note: the log ends early at byte \(offset), as after a crash")
    case .damaged(let places):
      lines.append("the log is damaged; every series is shown up to where it may have lost points:")
      lines += places.map { "  \($0.place): \($0.reason)" }
    }
    return lines.joined(separator: "\n")
  }

  private static func pairs(_ values: [String: String], _ width: Int?) -> [String] {
    let values = values.map { (key: $0.key.printable, value: $0.value.printable) }
    let column = (values.map(\.key.count).max() ?? 0) + 2
    return values.sorted { $0.key < $1.key }.map { name, value in
      (name + String(repeating: " ", count: column - name.count) + value).wrappedLines(to: width, hanging: column)
    }
  }

  /// The returns of an agent, the final ones first.
  private static func scores(of record: RunRecord, _ width: Int?) -> [String] {
    var table = TextTable(["score", "last", "best", "best at step"], dispensable: ["best at step"])
    var hasRows = false
    for metric: Metric in [.finalMeanReward, .evalMeanReward, .rolloutEpRewMean] {
      guard let series = record.series(metric), let last = series.values.last else { continue }
      let best = zip(series.values, series.steps).filter { $0.0.isFinite }.max { $0.0 < $1.0 }
      table.add([metric.name, decimal(last), decimal(best?.0), best.map { "\($0.1)" } ?? "–"])
      hasRows = true
    }
    return hasRows ? [table.fitted(to: width).text] : []
  }

  /// Of a model of trees, whose splits have gained what by which column.
  private static func gains(of record: RunRecord, _ width: Int?) -> [String] {
    let prefix = "final/gain/"
    let shares = record.series.compactMap { series -> (name: String, share: Double)? in
      guard series.metric.name.hasPrefix(prefix), let share = series.values.last, share.isFinite else { return nil }
      return (String(series.metric.name.dropFirst(prefix.count)), share)
    }
    if shares.isEmpty { return [] }
    var table = TextTable(["column", "gain", ""], dispensable: [""])
    for (name, share) in shares.sorted(by: { ($1.share, $0.name) < ($0.share, $1.name) }).prefix(10) {
      let bar = String(repeating: "█", count: max(0, min(30, Int((30 * share).rounded()))))
      table.add([name, String(format: "%.1f %%", 100 * share), bar])
    }
    return [table.fitted(to: width).text] + ["'rlrun explain \(record.id)' says more of them."]
  }

  /// A line a rule; 'rlrun debug' says more.
  private static func findings(of record: RunRecord) -> [String] {
    let lines = record.findings.map(\.finding).linesByRule
    if lines.isEmpty { return [] }
    return lines + ["'rlrun debug \(record.id)' explains them and what to try."]
  }

  private static func episodes(of record: RunRecord) -> [String] {
    Episode.Phase.allCases.compactMap { phase in
      let episodes = record.episodes.map(\.episode).filter { $0.phase == phase }
      guard !episodes.isEmpty else { return nil }
      let mean = Formats.mean(episodes.map(\.reward))
      return "\(episodes.count) \(phase.word), mean reward \(decimal(mean))"
    }
  }

  private static func table(_ series: [Series], _ width: Int?) -> [String] {
    if series.isEmpty { return [] }
    var table = TextTable(
      ["metric", "last", "min", "max", "points", "at step"], dispensable: ["points", "at step", "min", "max"])
    for series in series {
      let finite = series.values.filter(\.isFinite)
      table.add([
        series.metric.name, series.values.last.map(brief) ?? "–", finite.min().map(brief) ?? "–",
        finite.max().map(brief) ?? "–", "\(series.values.count)", series.steps.last.map(String.init) ?? "–",
      ])
    }
    return [table.fitted(to: width).text(noting: "--wide shows them")]
  }

  /// Six digits that count.
  private static func brief(_ value: Double) -> String { String(format: "%.6g", value) }
}

extension Episode.Phase {
  /// The phase's name as it is in JSON too.
  var word: String {
    switch self {
    case .training: "training"
    case .evaluation: "evaluation"
    case .final: "final"
    }
  }
}

extension String {
  fileprivate var indented: String {
    split(separator: "\n", omittingEmptySubsequences: false).map { "  " + $0 }.joined(separator: "\n")
  }
}

extension StepRecord {
  /// What its result follows from, besides its settings.
  fileprivate var facts: [String: String] {
    inputs.reduce(into: ["key": key, "step": "\(step) (\(action)) of \(workflow)"]) { facts, input in
      facts["input \(input.key)"] = "sha256 \(input.value.prefix(12))…"
    }
  }
}

extension CheckpointRecord {
  fileprivate var line: String {
    "step \(step)  \(file)  \(size) bytes  sha256 \(sha256.prefix(12))…\(best ? "  best" : "")".printable
  }
}

extension [ArtifactRecord] {
  /// Of those that share a name the last, which stands for the others.
  var latest: [ArtifactRecord] {
    enumerated().filter { place, one in !self[(place + 1)...].contains { $0.name == one.name } }.map(\.element)
  }
}

extension ArtifactRecord {
  fileprivate var line: String {
    "\(name)  \(size) bytes  sha256 \(sha256.prefix(12))…\(mediaType.map { "  " + $0 } ?? "")".printable
  }
}

extension CodeState {
  fileprivate var line: String {
    let changes = diff.map { " with changes (artifact \($0)\(isDiffCut ? ", cut" : ""))" } ?? ""
    return "code: commit \(commit?.prefix(12) ?? "–")\(isDirty ? changes : "")".printable
  }
}

extension ResumeRecord {
  fileprivate var resumption: String {
    "\(localTime(wallTime))  from \(checkpoint.map { "\($0), step \(step)" } ?? "step 0"), up to step \(steps)"
      .printable
  }
}
