import Analysis
import Formats
import Foundation
import Runs
import Telemetry
import Tracker
import Tuning

/// A run of a trial as its log tells. An object, as a search of many trials is looked at often.
package final class TrialRun: Sendable {
  package let id: String
  package let trial: TrialRecord
  package let seed: UInt64
  package let status: RunStatus
  /// Why it ended as it did, where there is something to say.
  package let message: String?
  /// Scores on the way, in order.
  package let reports: [Report]
  /// Of a fit to folds, as far as its log was read.
  let folds: FoldScores?
  /// At its end; nil before, and for one that never came to it.
  package let score: Double?
  package let steps: Int
  /// Whether a pruner ended it.
  package let isPruned: Bool
  /// How often a worker died of it, or beside it.
  let deaths: Int
  /// Unix time in microseconds.
  package let start: Int64
  package let end: Int64?

  static let prunedTag = "pruned"
  static let deathsTag = "worker-deaths"

  /// One that is made up.
  init(
    _ id: String, _ trial: TrialRecord, _ seed: UInt64, _ status: RunStatus, score: Double?, reports: [Report] = [],
    isPruned: Bool = false, deaths: Int = 0, folds: FoldScores? = nil
  ) {
    (self.id, self.trial, self.seed, self.status, self.score) = (id, trial, seed, status, score)
    (self.reports, self.isPruned, self.deaths) = (reports, isPruned, deaths)
    (message, steps, start, end, self.folds) = (nil, reports.last?.step ?? 0, 0, nil, folds)
  }

  /// nil for a run that tries nothing for the search.
  convenience init?(_ record: RunRecord, of search: String, _ configuration: SearchConfiguration) {
    guard record.isDescribed, !record.isDeleted else { return nil }
    let series = configuration.progressMetric.flatMap { record.series($0) }
    self.init(
      RunFields(record), of: search, configuration, seed: record.description.seed,
      reports: series.map { zip($0.steps, $0.values).map { Report($0, $1) } } ?? [],
      folds: FoldScores.name(of: configuration.metric).flatMap { FoldScores(record, $0) })
  }

  /// As the store's catalogue has it, which is read at once for all runs: of the scores on the way it has the last.
  convenience init?(_ fields: RunFields, of search: String, _ configuration: SearchConfiguration) {
    self.init(fields, of: search, configuration, seed: nil, reports: nil, folds: nil)
  }

  private init?(
    _ fields: RunFields, of search: String, _ configuration: SearchConfiguration, seed: UInt64?, reports: [Report]?,
    folds: FoldScores?
  ) {
    var (texts, numbers): ([String: String], [String: Double]) = ([:], [:])
    // The metric 'steps' is what the run's field of that name says.
    let (metric, progress) = (configuration.metric.name, configuration.progressMetric?.name)
    for (name, value) in fields.all {
      switch (name, value) {
      case ("id", .text(let text)), ("parent", .text(let text)),
        ("proposal", .text(let text)), ("status", .text(let text)), ("message", .text(let text)),
        (Self.prunedField, .text(let text)), (Self.deathsField, .text(let text)):
        texts[name] = text
      case ("seed", .number(let number)), ("steps", .number(let number)),
        ("started", .number(let number)), ("ended", .number(let number)):
        numbers[name] = number
      case (_, .number(let number)) where name == metric || name == progress: numbers[name] = number
      default: break
      }
    }
    guard texts["parent"] == search, let id = texts["id"], let proposal = texts["proposal"],
      let trial = try? JSONForm.exact.decode(TrialRecord.self, from: Data(proposal.utf8)),
      let status = texts["status"].flatMap(RunStatus.init(rawValue:))
    else { return nil }
    (self.id, self.trial, self.folds) = (id, trial, folds)
    self.seed = seed ?? numbers["seed"].flatMap { UInt64(exactly: $0) } ?? 0
    steps = numbers["steps"].flatMap { Int(exactly: $0) } ?? 0
    isPruned = texts[Self.prunedField] != nil
    deaths = texts[Self.deathsField].flatMap { Int($0) } ?? 0
    (start, end) = (Int64((numbers["started"] ?? 0) * 1e6), numbers["ended"].map { Int64($0 * 1e6) })
    let last = (step: steps, score: progress.flatMap { numbers[$0] })
    self.reports = reports ?? last.score.map { [Report(last.step, $0)] } ?? []
    score = status == .finished ? numbers[metric] : nil
    if status == .finished, score == nil, !isPruned {
      // Nothing can be said of it, so that it has failed.
      (self.status, message) = (.failed, "the metric '\(configuration.metric.name)' was not recorded")
    } else {
      (self.status, message) = (status, texts["message"])
    }
  }

  private static let (prunedField, deathsField) = ("tags." + prunedTag, "tags." + deathsTag)

  /// From its start to its end, or 0 where it has none.
  package var seconds: Double { end.map { Double($0 - start) / 1e6 } ?? 0 }

  /// Whether nothing is left to do of it.
  package var hasEnded: Bool { status == .finished || status == .failed }

  /// Whether somebody works on it, or has been asked to.
  var isTaken: Bool { status == .running || status == .open }
}
