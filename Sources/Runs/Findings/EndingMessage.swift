import Formats
import Foundation
import Telemetry
import Tracker

/// What a command of `--on finished=run:COMMAND` is told, as one line of JSON.
struct EndingMessage: Encodable {
  var run: String
  var experiment: String
  var store: String
  var name: String
  var agent: String
  var environment: String
  var seed: UInt64
  var status: String
  /// Why it ended so, where there is something to say.
  var message: String?
  var step: Int
  var budget: Int
  /// Of work, without pauses.
  var seconds: Double?
  /// The last value of every score, `final/…`, `eval/…` and `validation/…`.
  var scores: [String: Double]
  /// Rules that found something, in order.
  var findings: [String]

  /// `ending` is the status to tell where the log could not be finished.
  init(_ record: RunRecord, as ending: RunStatus, store: String) {
    run = record.id
    experiment = record.description.experiment
    self.store = store
    name = record.description.name
    agent = record.description.subject
    environment = record.description.target
    seed = record.description.seed
    status = ending.rawValue
    message = record.message
    step = record.lastStep
    budget = record.budget
    seconds = record.activeSeconds
    scores = [:]
    for series in record.series {
      let isScore = ["final/", "eval/", "validation/"].contains { series.metric.name.hasPrefix($0) }
      if isScore { scores[series.metric.name] = series.values.last }
    }
    findings = record.findings.map(\.finding.rule)
  }

  // Texts and numbers are always encodable so.
  var json: String { try! JSONForm.line.text(self) }
}
