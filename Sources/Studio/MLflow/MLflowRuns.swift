import Files
import Formats
import Migration
import Settings
import Telemetry
import Tracker
import WebServer

/// Runs: made, read, ended, deleted, searched.
extension MLflowAPI {
  var runCalls: [MLflowCall] {
    [
      MLflowCall("POST", "runs/create") { try createRun($0) },
      MLflowCall("GET", "runs/get") { input in
        let run = try run(try input.runID())
        let isDeleted = try isDeleted(experiment: run.experiment)
        return .object { json in json.member("run") { $0.run(run, isDeleted: isDeleted) } }
      },
      MLflowCall("POST", "runs/update") { try updateRun($0) },
      MLflowCall("POST", "runs/delete") { input in
        let run = try run(try input.required("run_id"))
        try pool.evict(run.id)
        try store.delete(run.id)
        _ = try cache.find(run.id)
        return .empty
      },
      MLflowCall("POST", "runs/restore") { input in
        let run = try run(try input.required("run_id"))
        try pool.evict(run.id)
        try store.restore(run.id)
        _ = try cache.find(run.id)
        return .empty
      },
      MLflowCall("POST", "runs/search", access: .read) { try searchRuns($0) },
    ]
  }

  /// Throws where there is none; deleted ones are found.
  func run(_ id: String) throws -> RunSummary {
    guard let run = try cache.find(id), !run.isModel else { throw MLflowError.missing("Run with id=\(id) not found") }
    return run
  }

  func isDeleted(experiment name: String) throws -> Bool { try store.experiment(named: name)?.isArchived ?? false }

  private func createRun(_ input: MLflowInput) throws -> WebResponse {
    let experiment = try experiment(numbered: try input.text("experiment_id") ?? "0")
    if experiment.isArchived {
      throw MLflowError.invalid("The experiment \(experiment.name) must be in the 'active' state: restore it first.")
    }
    var tags: [String: String] = [:]
    for tag in try input.pairs("tags") {
      try Self.check(tag: tag.key, tag.value)
      tags[tag.key] = tag.value
    }
    let name = try input.text("run_name") ?? tags["mlflow.runName"] ?? Self.newName()
    tags = MLflowMapping.tags(tags, name: name, user: try input.text("user_id") ?? input.request.visitor.name)
    let parent = try tags["mlflow.parentRunId"].flatMap { try cache.find($0) == nil ? nil : $0 }
    let id = try pool.start(
      MLflowMapping.description(
        of: "program", experiment: experiment.name, name: name, tags: tags,
        start: try input.integer("start_time"), client: input.request.headers["user-agent"], parent: parent))
    guard let run = try cache.find(id) else { throw MLflowError(.internalError, "run \(id) is gone") }
    return .object { json in json.member("run") { $0.run(run, isDeleted: false) } }
  }

  private static func newName() -> String {
    let adjectives = [
      "amber", "brisk", "calm", "clear", "eager", "fair", "gentle", "keen", "mild", "proud", "quiet", "swift",
    ]
    let nouns = ["ant", "bear", "crane", "deer", "finch", "fox", "hare", "lynx", "otter", "owl", "seal", "wren"]
    return "\(adjectives.randomElement()!)-\(nouns.randomElement()!)-\(Int.random(in: 100..<1_000))"
  }

  private func updateRun(_ input: MLflowInput) throws -> WebResponse {
    let run = try run(try input.runID())
    if run.isDeleted { throw MLflowError.invalid("The run \(run.id) must be in the 'active' state: restore it first.") }
    let status = try input.text("status").map { text throws(MLflowError) in try Self.status(text) }
    let name = try input.text("run_name")
    let end = try input.integer("end_time")
    try cache.write(to: run.id, in: pool) { writer in
      if let name {
        try writer.rename(name)
        try writer.tag("mlflow.runName", name)
      }
      if let ending = MLflowMapping.ending(status) {
        try writer.finish(status: ending, at: end.map(MLflowMapping.microseconds))
      }
    } noting: { summary in
      if let name { (summary.name, summary.tags["mlflow.runName"]) = (name, name) }
      guard let status else { return }
      summary.status = status
      if MLflowMapping.ending(status) != nil { summary.end = end ?? Int(WallClock.now / 1_000) }
    }
    let now = try self.run(run.id)
    let isDeleted = try isDeleted(experiment: now.experiment)
    return .object { json in json.member("run_info") { $0.runInformation(now, isDeleted: isDeleted) } }
  }

  /// By name, or by number as protocol buffers have it.
  private static func status(_ text: String) throws(MLflowError) -> String {
    let names = ["1": "RUNNING", "2": "SCHEDULED", "3": "FINISHED", "4": "FAILED", "5": "KILLED"]
    let name = names[text] ?? text
    guard names.values.contains(name) else { throw .invalid("Invalid run status '\(text)'.") }
    return name
  }

  private func searchRuns(_ input: MLflowInput) throws -> WebResponse {
    let size = try input.integer("max_results") ?? 1_000
    guard (1...50_000).contains(size) else {
      throw MLflowError.invalid("Invalid value \(size) for parameter 'max_results': at most 50000")
    }
    let view = try ViewType(input.text("run_view_type"))
    let filter = try SearchFilter(input.text("filter") ?? "", .runs)
    var orders = try input.texts("order_by").map { text throws(MLflowError) in try SearchOrder(text, .runs) }
    orders.append(SearchOrder(SearchField(kind: .attribute, name: "start_time"), isDescending: true, .runs))
    orders.append(SearchOrder(SearchField(kind: .attribute, name: "run_id"), isDescending: false, .runs))
    let numbers = Set(try input.texts("experiment_ids"))
    var deleted: [String: Bool] = [:]
    for place in try store.experimentPlaces() where numbers.contains(ExperimentNumber.of(place.key)) {
      deleted[place.name] = try store.experiment(at: place).isArchived
    }
    var found = try cache.runs(of: deleted.keys).filter { run in
      !run.summary.isModel && view.holds(isDeleted: run.summary.isDeleted || deleted[run.summary.experiment] == true)
        && filter.matches(run)
    }
    SearchOrder.sort(&found, by: orders)
    let (page, next) = try PageToken.page(found, of: size, from: input.text("page_token"))
    return .object { json in
      json.member("runs") { json in
        json.list(page) { $0.run($1.summary, isDeleted: deleted[$1.summary.experiment] == true) }
      }
      if let next { json.member("next_page_token", next) }
    }
  }
}

extension RunSummary: Searchable {
  func text(_ field: SearchField) -> String? {
    switch field.kind {
    case .metric: return nil
    case .parameter: return parameters[field.name]
    case .tag: return tags[field.name]
    case .dataset: return dataset(field.name)
    case .attribute: break
    }
    switch field.name {
    case "run_id": return id
    case "run_name": return name
    case "status": return status
    case "user_id": return user
    case "experiment_id": return experimentNumber
    case "artifact_uri": return ArtifactAddress.root(of: self)
    case "lifecycle_stage": return isDeleted ? "deleted" : "active"
    default: return nil
    }
  }

  func number(_ field: SearchField) -> Double? {
    switch (field.kind, field.name) {
    case (.metric, let name): metrics[name]?.value
    case (.attribute, "start_time"): Double(start)
    case (.attribute, "end_time"): end.map(Double.init)
    default: nil
    }
  }

  /// Of the first data set of the run.
  private func dataset(_ name: String) -> String? {
    guard let kept = own.filter({ $0.key.hasPrefix("dataset.") }).min(by: { $0.key < $1.key }),
      let input = JSONValue(Array(kept.value.utf8))
    else { return nil }
    if name == "context" {
      return input["tags"]?.list?.first { $0["key"]?.text == "mlflow.data.context" }?["value"]?.text
    }
    return input["dataset"]?[name]?.text
  }
}
