import Foundation
import Telemetry
import Tracker

/// A run as a page to read.
struct RunPage {
  let text: String

  init(_ record: RunRecord) {
    let sections: [(title: String, lines: [String])] = [
      ("Settings", Self.pairs(record.description.shownSettings.mapValues(\.description))),
      ("Hyperparameters", Self.pairs(record.parameters.mapValues(\.description))),
      ("Surroundings", Self.pairs(record.description.surroundings.facts.filter { $0.value != "" })),
      ("Tags", Self.pairs(record.tags)),
      ("Notes", record.notes),
      ("Checkpoints kept", record.keptCheckpoints.map(\.line)),
      ("Artifacts", record.artifacts.latest.map(\.line)),
      ("Resumed", record.resumes.filter { $0.rewind == nil }.map(\.resumption)),
      ("Rewinds", RewindStory(record).lines),
      ("Episodes", Self.episodes(of: record)),
      ("Scores", FitPage(record).map { [$0.text] } ?? []),
      ("Findings", record.findings.map(\.finding.line)),
      ("Metrics", Self.metrics(of: record)),
    ]
    let filled = sections.filter { !$0.lines.isEmpty }.map { section in
      section.title + "\n" + section.lines.joined(separator: "\n").indented
    }
    text = ([Self.head(of: record)] + filled).joined(separator: "\n\n")
  }

  private static func head(of record: RunRecord) -> String {
    let description = record.description
    let name = description.name.isEmpty ? "" : " “\(description.name)”"
    var lines = ["Run \(record.id)\(name), experiment \(description.experiment)"]
    if record.isDescribed {
      lines.append(
        "\(description.agent) in \(description.environment), seed \(description.seed), "
          + "configuration \(description.configurationHash)")
    } else {
      lines.append("the log does not tell what was run")
    }
    let reason = record.message.map { ": \($0)" } ?? ""
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

  private static func pairs(_ values: [String: String]) -> [String] {
    let width = values.keys.map(\.count).max() ?? 0
    return values.sorted { $0.key < $1.key }.map { name, value in
      name + String(repeating: " ", count: width - name.count + 2) + value
    }
  }

  private static func episodes(of record: RunRecord) -> [String] {
    Episode.Phase.allCases.compactMap { phase in
      let episodes = record.episodes.map(\.episode).filter { $0.phase == phase }
      guard !episodes.isEmpty else { return nil }
      let mean = episodes.map(\.reward).reduce(0, +) / Double(episodes.count)
      return "\(episodes.count) \(phase.word), mean reward \(decimal(mean))"
    }
  }

  private static func metrics(of record: RunRecord) -> [String] {
    if record.series.isEmpty { return [] }
    var table = TextTable(["metric", "last", "min", "max", "points", "at step"])
    for series in record.series {
      let finite = series.values.filter(\.isFinite)
      table.add([
        series.metric.name, series.values.last.map(brief) ?? "–", finite.min().map(brief) ?? "–",
        finite.max().map(brief) ?? "–", "\(series.values.count)", series.steps.last.map(String.init) ?? "–",
      ])
    }
    return [table.text]
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

extension CheckpointRecord {
  fileprivate var line: String {
    "step \(step)  \(file)  \(size) bytes  sha256 \(sha256.prefix(12))…\(best ? "  best" : "")"
  }
}

extension [ArtifactRecord] {
  /// Of those that share a name the last, which stands for the others.
  var latest: [ArtifactRecord] {
    enumerated().filter { place, one in !self[(place + 1)...].contains { $0.name == one.name } }.map(\.element)
  }
}

extension ArtifactRecord {
  fileprivate var line: String { "\(name)  \(size) bytes  sha256 \(sha256.prefix(12))…" }
}

extension ResumeRecord {
  fileprivate var resumption: String {
    "\(localTime(wallTime))  from \(checkpoint.map { "\($0), step \(step)" } ?? "step 0"), up to step \(steps)"
  }
}
