import Formats
import Migration
import Settings
import Telemetry
import Tracker
import WebServer

/// What MLflow's clients see of a run: small, so that those of a large store fit into memory.
struct RunSummary: Sendable {
  struct Latest: Sendable {
    var value: Double
    /// Milliseconds of Unix time.
    var timestamp: Int
    var step: Int

    /// The point of the highest step, of equal ones the latest, then the largest, as MLflow has it.
    func isBefore(_ other: Latest) -> Bool {
      if step != other.step { return step < other.step }
      if timestamp != other.timestamp { return timestamp < other.timestamp }
      if value.isNaN || other.value.isNaN { return true }
      return value <= other.value
    }
  }

  /// Of tags that hold what this server keeps for itself.
  static let reserved = MLflowMapping.reserved

  var id: String
  var experiment: String
  /// MLflow's number of it.
  var experimentNumber: String
  var kind: RunKind
  var name: String
  var status: String
  /// Milliseconds of Unix time.
  var start: Int
  var end: Int?
  var isDeleted: Bool
  var metrics: [String: Latest] = [:]
  var parameters: [String: String] = [:]
  var tags: [String: String] = [:]
  /// Of reserved tags, without the prefix.
  var own: [String: String] = [:]

  init(
    id: String, experiment: String, number: String, kind: RunKind, name: String, status: String, start: Int,
    isDeleted: Bool
  ) {
    (self.id, self.experiment, self.kind, self.name) = (id, experiment, kind, name)
    experimentNumber = number
    (self.status, self.start, self.isDeleted) = (status, start, isDeleted)
  }

  init(_ record: RunRecord, in place: ExperimentPlace) {
    id = record.id
    let description = record.description
    experiment = description.experiment
    experimentNumber = ExperimentNumber.of(place.key)
    kind = description.kind
    name = description.name
    status = Self.status(record.status)
    start = Int(description.start / 1_000)
    end = record.end.map { Int($0 / 1_000) }
    isDeleted = record.isDeleted
    for series in record.series {
      for place in series.values.indices {
        log(
          series.metric.name,
          Latest(
            value: series.values[place], timestamp: Int(series.wallTimes[place] / 1_000), step: series.steps[place]))
      }
    }
    parameters = record.parameters.mapValues(\.description)
    for (key, value) in record.tags { set(tag: key, value) }
    if tags["mlflow.runName"] == nil, !name.isEmpty { tags["mlflow.runName"] = name }
    if tags["mlflow.note.content"] == nil, let text = record.text { tags["mlflow.note.content"] = text }
    if tags["mlflow.parentRunId"] == nil, let parent = description.parent { tags["mlflow.parentRunId"] = parent }
  }

  mutating func log(_ metric: String, _ point: Latest) {
    if let known = metrics[metric], !known.isBefore(point) { return }
    metrics[metric] = point
  }

  mutating func log(_ metrics: [LoggedMetric]) {
    for metric in metrics {
      log(metric.key, Latest(value: metric.value, timestamp: metric.timestamp, step: metric.step))
    }
  }

  mutating func set(tag key: String, _ value: String?) {
    if key.hasPrefix(Self.reserved) {
      own[String(key.dropFirst(Self.reserved.count))] = value
    } else {
      tags[key] = value
    }
  }

  var user: String { tags["mlflow.user"] ?? "" }
  /// A logged model's record is a run too, of a kind of its own.
  var isModel: Bool { kind == .loggedModel }

  static func status(_ status: RunStatus) -> String {
    switch status {
    case .running, .open: "RUNNING"
    case .finished: "FINISHED"
    case .interrupted: "KILLED"
    case .failed, .crashed: "FAILED"
    }
  }
}

extension JSONWriter {
  /// A run in MLflow's form; `isDeleted` where its experiment is.
  mutating func run(_ run: RunSummary, isDeleted: Bool) {
    object { json in
      json.member("info") { $0.runInformation(run, isDeleted: isDeleted) }
      json.member("data") { json in
        json.object { json in
          json.member("metrics") { json in
            json.list(run.metrics.sorted { $0.key < $1.key }) { json, metric in
              json.metric(metric.key, metric.value.value, metric.value.timestamp, metric.value.step)
            }
          }
          json.member("params") { $0.pairs(run.parameters) }
          json.member("tags") { $0.pairs(run.tags) }
        }
      }
      json.member("inputs") { json in
        json.object { json in
          json.member("dataset_inputs") { $0.kept(of: run, "dataset.") }
          json.member("model_inputs") { $0.kept(of: run, "model-input.") }
        }
      }
      json.member("outputs") { json in
        json.object { json in json.member("model_outputs") { $0.kept(of: run, "model-output.") } }
      }
    }
  }

  mutating func runInformation(_ run: RunSummary, isDeleted: Bool) {
    object { json in
      json.member("run_id", run.id)
      json.member("run_uuid", run.id)
      json.member("run_name", run.name)
      json.member("experiment_id", run.experimentNumber)
      json.member("user_id", run.user)
      json.member("status", run.status)
      json.member("start_time", run.start)
      if let end = run.end, run.status != "RUNNING" { json.member("end_time", end) }
      json.member("artifact_uri", ArtifactAddress.root(of: run))
      json.member("lifecycle_stage", run.isDeleted || isDeleted ? "deleted" : "active")
    }
  }

  mutating func metric(_ key: String, _ value: Double, _ timestamp: Int, _ step: Int) {
    object { json in
      json.member("key", key)
      json.member("value", value)
      json.member("timestamp", timestamp)
      json.member("step", step)
    }
  }

  mutating func pairs(_ pairs: [String: String]) {
    list(pairs.sorted { $0.key < $1.key }) { json, pair in
      json.object { json in
        json.member("key", pair.key)
        json.member("value", pair.value)
      }
    }
  }

  /// What was kept as JSON among a run's reserved tags.
  mutating func kept(of run: RunSummary, _ prefix: String) {
    list(run.own.filter { $0.key.hasPrefix(prefix) }.sorted { $0.key < $1.key }) { json, kept in json.raw(kept.value) }
  }
}
