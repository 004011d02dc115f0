import Settings
import Telemetry
import Tracker

/// A run as Python is told of it; its series are read one by one.
struct RunDetails: Encodable {
  struct Artifact: Encodable {
    var name: String
    var size: Int
    var sha256: String
    var mediaType: String?
  }
  struct Checkpoint: Encodable {
    var step: Int
    var size: Int
    var best: Bool
  }

  var handle: Int
  var id: String
  var kind: String
  var experiment: String
  var name: String
  var status: String
  var message: String?
  var agent: String
  var environment: String
  var seed: UInt64
  /// Unix seconds.
  var started: Double
  var ended: Double?
  var steps: Int
  var budget: Int
  var hash: String
  var parent: String?
  var tags: [String: String]
  var notes: [String]
  var parameters: [String: HyperparameterValue]
  /// The last value of each series.
  var metrics: [String: Double]
  var artifacts: [Artifact]
  var checkpoints: [Checkpoint]
  var histograms: [String]

  init(_ record: RunRecord, handle: Int) {
    self.handle = handle
    let description = record.description
    (id, kind, experiment, name) = (record.id, description.kind.rawValue, description.experiment, description.name)
    (status, message) = (record.status.rawValue, record.message)
    (agent, environment, seed) = (description.subject, description.target, description.seed)
    (started, ended) = (Double(description.start) / 1e6, record.end.map { Double($0) / 1e6 })
    (steps, budget, hash) = (record.lastStep, record.budget, description.configurationHash)
    parent = description.parent
    (tags, notes, parameters) = (record.tags, record.notes, record.parameters)
    metrics = [:]
    for series in record.series { metrics[series.metric.name] = series.values.last }
    artifacts = record.artifacts.map {
      Artifact(name: $0.name, size: $0.size, sha256: $0.sha256, mediaType: $0.mediaType)
    }
    checkpoints = record.keptCheckpoints.map { Checkpoint(step: $0.step, size: $0.size, best: $0.best) }
    histograms = Set(record.histograms.map(\.metric.name)).sorted()
  }
}
