import Foundation
import Settings
import Telemetry
import Tracker

/// A run in a line or a JSON object: what it was, how it went, its last metrics.
struct RunSummary: Encodable {
  var run: String
  var kind: String
  var experiment: String
  var name: String
  var status: String
  var message: String?
  var agent: String
  var environment: String
  var seed: UInt64
  /// ISO 8601 in UTC.
  var start: String
  var end: String?
  var steps: Int
  var budget: Int
  var configurationHash: String
  var tags: [String: String]
  var notes: [String]
  var params: [String: HyperparameterValue]
  var metrics: [String: Double]
  /// What its user says of it.
  var description: String?
  /// The run that this one is a part of.
  var parent: String?

  init(_ record: RunRecord) {
    run = record.id
    kind = record.description.kind.rawValue
    experiment = record.description.experiment
    name = record.description.name
    status = record.status.rawValue
    message = record.message
    agent = record.description.subject
    environment = record.description.target
    seed = record.description.seed
    start = isoTime(record.description.start)
    end = record.end.map(isoTime)
    steps = record.lastStep
    budget = record.budget
    configurationHash = record.description.configurationHash
    tags = record.tags
    notes = record.notes
    params = record.parameters
    description = record.text
    parent = record.description.parent
    metrics = [:]
    for series in record.series where !series.metric.isOfSystem { metrics[series.metric.name] = series.values.last }
  }
}
