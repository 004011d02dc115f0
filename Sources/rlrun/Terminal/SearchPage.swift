import Formats
import Foundation
import Runs
import Search
import Settings
import Telemetry
import Tracker
import Tuning

/// How a search stands, for people and as JSON.
struct SearchPage: Encodable {
  private struct Row: Encodable {
    var trial: Int
    var state: String
    @NullWritten var score: Double?
    var scores: [Double]
    var steps: Int
    var values: [String: HyperparameterValue]
    var runs: [String]
  }

  private let search: String
  private let status: String
  private let agent: String
  private let environment: String
  private let metric: String
  private let direction: ScoreDirection
  private let sampler: SamplerName
  private let pruner: PrunerName
  private let trials: [Row]
  @NullWritten private var best: Int?
  private let bestValues: [String: HyperparameterValue]
  @NullWritten private var searched: MeanScore?
  @NullWritten private var confirmed: MeanScore?
  @NullWritten private var start: MeanScore?
  @NullWritten private var improvement: ScoreDifference?
  private let verdict: String
  /// What the search does not vary.
  private let base: [String: HyperparameterValue]
  private let importance: SettingImportance?

  private let overview: SearchOverview

  init(_ overview: SearchOverview) {
    self.overview = overview
    let (record, result) = (overview.record, overview.result)
    (search, status) = (record.id, record.status.rawValue)
    (agent, environment) = (record.description.subject, record.description.target)
    (metric, direction) = (result.metric, result.direction)
    (sampler, pruner) = (overview.configuration.sampler, overview.configuration.pruner)
    (best, bestValues, searched) = (result.best, result.values, result.searched)
    (confirmed, start, improvement) = (result.confirmed, result.start, result.improvement)
    verdict = result.verdict
    base = overview.configuration.recordedHyperparameters
    importance = overview.state.importance
    trials = overview.state.trials.map { trial in
      Row(
        trial: trial.number, state: Self.state(of: trial, best: result.best), score: trial.score ?? trial.scores.first,
        scores: trial.scores, steps: trial.steps, values: trial.values, runs: trial.runs.map(\.id))
    }
  }

  private enum CodingKeys: String, CodingKey {
    case search, status, agent, environment, metric, direction, sampler, pruner, trials, best, bestValues, searched,
      confirmed, start, improvement, verdict, importance,
      base
  }

  private static func state(of trial: TrialState, best: Int?) -> String {
    if trial.number == best { return "best" }
    if trial.failure != nil { return "failed" }
    if trial.isPruned { return "pruned" }
    if trial.isOutpaced { return "worse" }
    return trial.hasEnded ? "finished" : "unfinished"
  }

  func text(top: Int, width: Int?) -> String {
    var parts = [heading, table(top: top).fitted(to: width).text(noting: "--json has all of them")]
    if let importance, importance.shares.count > 1 {
      let shares = importance.shares.prefix(8).map { "\($0.name) \(decimal($0.share * 100, 0)) %" }
      parts.append("What the score depends on: \(shares.joined(separator: ", ")).")
    }
    parts.append(ending)
    if !base.isEmpty {
      let settings = base.sorted { $0.key < $1.key }.map { "\($0.key)=\(Self.brief($0.value))" }
      parts.append("The same in all trials: \(settings.joined(separator: ", ")).")
    }
    return parts.joined(separator: "\n\n")
  }

  /// `Search 3f9k2mzq: ppo on CartPole-v1`
  var title: String { "Search \(search): \(agent) on \(environment)" }

  /// What is to be said of the best trial.
  var sentence: String { best.map { "Trial \($0) is \(verdict)." } ?? "No trial has finished yet." }

  private var heading: String {
    let count = trials.count { $0.state != "unfinished" }
    var line = "\(title), \(status), \(count) trials ended"
    for state in ["failed", "pruned", "worse"] {
      let number = trials.count { $0.state == state }
      if number > 0 { line += ", \(number) \(state)" }
    }
    return line + ".\n\(metric), \(direction == .maximize ? "higher" : "lower") is better; sampler \(sampler.rawValue)"
      + (pruner == .none ? "" : ", pruner \(pruner.rawValue)")
      + (overview.record.message.map { "; \($0)" } ?? "") + "."
  }

  private func table(top: Int) -> TextTable {
    let names = overview.configuration.space.parameters.map(\.name)
    var table = TextTable(["trial", "state", "score", "runs"] + names, dispensable: names.reversed())
    let ranked = trials.sorted { left, right in
      switch (left.score, right.score) {
      case (nil, _): false
      case (_, nil): true
      case (let a?, let b?): direction.prefers(a, to: b)
      }
    }
    var shown = ranked.prefix(top)
    if let start = trials.first(where: { $0.trial == 0 }), !shown.contains(where: { $0.trial == 0 }) {
      shown.append(start)
    }
    let race = Race(direction)
    for row in shown {
      let score = row.scores.count > 1 ? race.mean(row.scores).text : row.score.map { Self.number($0) } ?? "–"
      table.add(
        [row.trial == 0 ? "0 (start)" : "\(row.trial)", row.state, score, "\(row.scores.count)"]
          + names.map { row.values[$0].map { Self.brief($0) } ?? "–" })
    }
    return table
  }

  private var ending: String {
    guard let best else { return sentence }
    var lines: [String] = []
    if let confirmed {
      lines.append("Trial \(best) with \(confirmed.count) fresh seeds: \(confirmed.text).")
      if let start { lines.append("The settings at the start with \(start.count): \(start.text).") }
    }
    lines.append(sentence)
    if status == "interrupted" || status == "crashed" { lines.append("Go on: rlrun resume \(search)") }
    let values = overview.result.values.sorted { $0.key < $1.key }
    if let command = overview.command(values: overview.result.values) {
      lines.append("Trial \(best) is: \(command.map { quotedForShell($0) }.joined(separator: " "))")
    } else if !values.isEmpty {
      let settings = values.map { "--set \(quotedForShell("\($0.key)=\($0.value)"))" }
      lines.append("Settings of trial \(best): \(settings.joined(separator: " "))")
    }
    return lines.joined(separator: "\n")
  }

  /// Four digits, which are all that a proposal needs to be told by.
  private static func brief(_ value: HyperparameterValue) -> String {
    if case .number(let number) = value { Self.number(number) } else { "\(value)" }
  }

  static func number(_ value: Double) -> String { String(format: "%.4g", value) }
}

extension MeanScore {
  /// `498.2 [490.1, 500]`
  var text: String {
    guard let low, let high else { return SearchPage.number(mean) }
    return "\(SearchPage.number(mean)) [\(SearchPage.number(low)), \(SearchPage.number(high))]"
  }
}

/// What a search would do.
struct SearchPlanPage {
  private let search: SearchConfiguration

  init(_ search: SearchConfiguration) { self.search = search }

  var text: String {
    var lines = [
      "# \(search.recordedSubject) on \(search.recordedTarget): up to \(search.trialLimit) trials, sampler "
        + "\(search.sampler.rawValue), pruner \(search.pruner.rawValue)",
      "# judged by \(search.metric.name), \(search.direction == .maximize ? "higher" : "lower") is better; "
        + "\(search.seedsPerTrial) seeds a trial, \(search.freshSeeds) fresh ones in the end",
    ]
    lines.append(search.space.yaml)
    return lines.joined(separator: "\n")
  }

  func json() throws -> String { try JSONForm.page.text(search.space) }
}
