import Files
import Formats
import Settings
import Telemetry
import Tracker

/// How what MLflow knows of runs is kept in a store, by the interface that its clients log through and by imports.
package enum MLflowMapping {
  /// Of tags that hold what is kept for MLflow alone: its clients do not see them among the tags.
  package static let reserved = "rlrun.mlflow."
  // Behind the reserved prefix, with JSON as MLflow's interface has it.
  package static let modelInput = "model-input."
  package static let modelOutput = "model-output."
  package static func dataset(_ name: String, _ digest: String) -> String { "dataset.\(name).\(digest)" }

  /// What is known of a run that MLflow's client records: where it runs, the client does not say.
  /// `start`: milliseconds; now if nil.
  package static func description(
    of kind: RunKind, experiment: String, name: String, subject: String = "program", tags: [String: String],
    start: Int?, client: String?, parent: String?
  ) -> RunDescription {
    let here = Surroundings(
      programVersion: client ?? "", gitCommit: tags["mlflow.source.git.commit"], host: "", cores: 0, blasCoreType: "",
      blasThreads: 0, kernelVariant: "", commandLine: tags["mlflow.source.name"].map { [$0] } ?? [])
    return RunDescription(
      kind: kind, experiment: experiment, name: name, subject: subject, target: "", seed: 0, hyperparameters: [:],
      tags: tags, surroundings: here, start: start.map(microseconds) ?? WallClock.now, inParts: true, parent: parent)
  }

  /// A logged model, which has files, parameters and tags as a run does.
  package static func description(
    ofModel type: String?, experiment: String, name: String, tags: [String: String], start: Int?, client: String?,
    parent: String?
  ) -> RunDescription {
    var description = description(
      of: .loggedModel, experiment: experiment, name: name, subject: type ?? "model", tags: tags, start: start,
      client: client, parent: parent)
    description.tags[reserved + "status"] = "LOGGED_MODEL_PENDING"
    if let type { description.tags[reserved + "type"] = type }
    return description
  }

  /// The tags that a run begins with.
  package static func tags(_ tags: [String: String], name: String, user: String?) -> [String: String] {
    var tags = tags
    tags["mlflow.runName"] = name
    if let user, tags["mlflow.user"] == nil { tags["mlflow.user"] = user }
    return tags
  }

  /// Parameters as the store has them: numbers where they come back as they were written, else texts. Throws
  /// `StoreError.parameterIsSet` where one has two values.
  package static func values(
    of parameters: [(key: String, value: String)]
  ) throws(StoreError) -> [String: HyperparameterValue] {
    var values: [String: HyperparameterValue] = [:]
    for (key, text) in parameters {
      let value = value(of: text)
      if let known = values[key], known != value {
        throw StoreError.parameterIsSet(run: "", name: key, value: known.description, wanted: text)
      }
      values[key] = value
    }
    return values
  }

  private static func value(of text: String) -> HyperparameterValue {
    // Few texts begin as numbers do.
    guard let first = text.utf8.first, first == UInt8(ascii: "-") || (0x30...0x39).contains(first) else {
      return .text(text)
    }
    if let number = Int(text), HyperparameterValue.integer(number).description == text { return .integer(number) }
    if let number = Double(text), HyperparameterValue.number(number).description == text { return .number(number) }
    return .text(text)
  }

  /// Records and flushes.
  package static func record(
    parameters: [String: HyperparameterValue], tags: [(key: String, value: String)], series: [Series],
    in run: RunWriter
  ) throws(StoreError) {
    if !parameters.isEmpty { try run.set(parameters) }
    for tag in tags {
      if tag.key == "mlflow.runName" { try run.rename(tag.value) }
      try run.tag(tag.key, tag.value)
    }
    if !series.isEmpty { try run.record(series: series, episodes: [], histograms: []) }
  }

  /// How a run with that status ends; nil where it has not.
  package static func ending(_ status: String?) -> RunStatus? {
    switch status {
    case "FINISHED": .finished
    case "FAILED": .failed
    case "KILLED": .interrupted
    default: nil
    }
  }

  package static func microseconds(_ milliseconds: Int) -> Int64 {
    let (time, isOver) = Int64(milliseconds).multipliedReportingOverflow(by: 1_000)
    return isOver ? (milliseconds < 0 ? .min : .max) : time
  }

  package static func text(of value: JSONValue) -> String {
    var json = JSONWriter()
    json.value(value)
    return String(decoding: json.bytes, as: UTF8.self)
  }
}

extension RunKind {
  /// A model that a client of MLflow has logged.
  package static let loggedModel: RunKind = "model"
}
