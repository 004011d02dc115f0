import Formats
import Interchange
import Telemetry
import Tracker

/// What a store of MLflow's says of a run or a logged model, in its words, however it keeps them.
struct MLflowRunFacts {
  var id: String
  var experiment: String
  var name: String?
  var user: String?
  /// `FINISHED`, of a model `LOGGED_MODEL_READY`.
  var status: String
  /// Milliseconds of Unix time.
  var start: Int?
  var end: Int?
  var deletion: Int?
  var isDeleted = false
  /// Of a logged model.
  var isModel = false
  var modelType: String?
  var parameters: [(key: String, value: String)] = []
  var tags: [String: String] = [:]
  var series: [Series] = []
  /// JSON by its name among the reserved tags.
  var kept: [(name: String, value: JSONValue)] = []
  var artifacts: [ForeignRun.File] = []
  var losses: [String] = []

  /// The statuses of runs by their numbers, as protocol buffers have them.
  static let statuses = [1: "RUNNING", 2: "SCHEDULED", 3: "FINISHED", 4: "FAILED", 5: "KILLED"]
  static let modelStatuses = [
    1: "LOGGED_MODEL_PENDING", 2: "LOGGED_MODEL_READY", 3: "LOGGED_MODEL_UPLOAD_FAILED",
  ]

  /// The run as MLflow's interface would have recorded it.
  func run(from place: String) throws(ImportError) -> ForeignRun {
    var losses = losses
    var own = tags
    for key in tags.keys.sorted() where key.hasPrefix(MLflowMapping.reserved) {
      own[key] = nil
      losses.append("\(place): the tag \(key) is left out, which is this program's.")
    }
    let name = name ?? own["mlflow.runName"] ?? id
    var run = ForeignRun(
      description: isModel
        ? MLflowMapping.description(
          ofModel: modelType, experiment: experiment, name: name, tags: own, start: start, client: nil, parent: nil)
        : MLflowMapping.description(
          of: "program", experiment: experiment, name: name,
          tags: MLflowMapping.tags(own, name: name, user: user.flatMap { $0.isEmpty ? nil : $0 }), start: start,
          client: nil, parent: nil))
    if isModel { run.description.tags[MLflowMapping.reserved + "status"] = status }
    for (name, value) in kept {
      run.description.tags[MLflowMapping.reserved + name] = MLflowMapping.text(of: value)
    }
    do throws(StoreError) {
      run.parameters = try MLflowMapping.values(of: parameters)
    } catch {
      throw ImportError(path: place, reason: error.description)
    }
    (run.series, run.artifacts, run.losses) = (series, artifacts, losses)
    if let status = MLflowMapping.ending(isModel ? Self.endings[status] : status) {
      run.ending = ForeignRun.Ending(status: status, time: end.map(MLflowMapping.microseconds))
    }
    if isDeleted { run.deletion = MLflowMapping.microseconds(deletion ?? end ?? start ?? 0) }
    return run
  }

  private static let endings = ["LOGGED_MODEL_READY": "FINISHED", "LOGGED_MODEL_UPLOAD_FAILED": "FAILED"]

  func outline(at place: String) -> ForeignOutline {
    let bare = Self.bare(id, isModel: isModel)
    return ForeignOutline(
      id: id, identifiers: Store.isIdentifier(bare) ? [bare] : [],
      parent: tags["mlflow.parentRunId"].flatMap { $0.isEmpty ? nil : $0 }, place: place)
  }

  /// A run's id in a store, without what marks models.
  static func bare(_ id: String, isModel: Bool) -> String {
    isModel && id.hasPrefix(ArtifactAddress.modelPrefix) ? String(id.dropFirst(ArtifactAddress.modelPrefix.count)) : id
  }

  /// A data set that a run read, as clients send it.
  static func dataset(
    name: String, digest: String, sourceType: String?, source: String?, schema: String?, profile: String?,
    tags: [String: String]
  ) -> (name: String, value: JSONValue) {
    func members(_ pairs: [(String, String?)]) -> JSONValue {
      .object(pairs.compactMap { name, text in text.map { JSONValue.Member(name: name, value: .text($0)) } })
    }
    let dataset = members([
      ("name", name), ("digest", digest), ("source_type", sourceType), ("source", source), ("schema", schema),
      ("profile", profile),
    ])
    let labels = tags.sorted { $0.key < $1.key }.map { members([("key", $0.key), ("value", $0.value)]) }
    return (
      MLflowMapping.dataset(name, digest),
      .object([JSONValue.Member(name: "tags", value: .list(labels)), .init(name: "dataset", value: dataset)])
    )
  }

  static func modelInput(_ id: String) -> (name: String, value: JSONValue) {
    (MLflowMapping.modelInput + id, .object([JSONValue.Member(name: "model_id", value: .text(id))]))
  }

  static func modelOutput(_ id: String, step: Int) -> (name: String, value: JSONValue) {
    let members = [JSONValue.Member(name: "model_id", value: .text(id)), .init(name: "step", value: .integer(step))]
    return (MLflowMapping.modelOutput + id, .object(members))
  }
}
