import Files
import Formats
import Migration
import Settings
import Tracker
import WebServer

/// Logged models. One is a run of the kind `model` in the store: its artifacts, parameters and tags are a run's.
extension MLflowAPI {
  var modelCalls: [MLflowCall] {
    [
      MLflowCall("POST", "logged-models") { try createModel($0) },
      MLflowCall("GET", "logged-models/{model_id}") { input in
        let model = try model(try input.required("model_id"))
        if model.isDeleted, !input.flag("allow_deleted") {
          throw MLflowError.missing("Logged model with ID '\(try input.required("model_id"))' not found.")
        }
        return answer(model)
      },
      MLflowCall("PATCH", "logged-models/{model_id}") { input in
        let model = try model(try input.required("model_id"))
        let names = ["1": "LOGGED_MODEL_PENDING", "2": "LOGGED_MODEL_READY", "3": "LOGGED_MODEL_UPLOAD_FAILED"]
        let text = try input.required("status")
        let status = names[text] ?? text
        guard names.values.contains(status) else { throw MLflowError.invalid("Invalid model status '\(text)'.") }
        try cache.write(to: model.id, in: pool) { writer in
          try writer.tag(RunSummary.reserved + "status", status)
          if status == "LOGGED_MODEL_READY" { try writer.finish(status: .finished) }
          if status == "LOGGED_MODEL_UPLOAD_FAILED" { try writer.finish(status: .failed) }
        } noting: {
          $0.own["status"] = status
          $0.end = Int(WallClock.now / 1_000)
        }
        return answer(try self.model(try input.required("model_id")))
      },
      MLflowCall("DELETE", "logged-models/{model_id}") { input in
        let model = try model(try input.required("model_id"))
        try pool.evict(model.id)
        try store.delete(model.id)
        _ = try cache.find(model.id)
        return .empty
      },
      MLflowCall("PATCH", "logged-models/{model_id}/tags") { input in
        let model = try model(try input.required("model_id"))
        let tags = try input.pairs("tags")
        for tag in tags { try Self.check(tag: tag.key, tag.value) }
        try cache.write(to: model.id, in: pool) { writer in
          for tag in tags { try writer.tag(tag.key, tag.value) }
        } noting: { summary in
          for tag in tags { summary.set(tag: tag.key, tag.value) }
        }
        return answer(try self.model(try input.required("model_id")))
      },
      MLflowCall("DELETE", "logged-models/{model_id}/tags/{tag_key}") { input in
        let model = try model(try input.required("model_id"))
        let key = try input.required("tag_key")
        guard model.tags[key] != nil else { throw MLflowError.missing("No tag with key '\(key)' on the model.") }
        try cache.write(to: model.id, in: pool) {
          try $0.removeTag(key)
        } noting: {
          $0.set(tag: key, nil)
        }
        return answer(try self.model(try input.required("model_id")))
      },
      MLflowCall("POST", "logged-models/{model_id}/params") { input in
        let model = try model(try input.required("model_id"))
        let values = try Self.values(of: try input.pairs("params"))
        try cache.write(to: model.id, in: pool) {
          try $0.set(values)
        } noting: { summary in
          for (key, value) in values { summary.parameters[key] = value.description }
        }
        return .empty
      },
      MLflowCall("POST", "logged-models/search", access: .read) { try searchModels($0) },
    ]
  }

  /// Throws where there is none; deleted ones are found.
  func model(_ id: String) throws -> RunSummary {
    let prefix = ArtifactAddress.modelPrefix
    guard id.hasPrefix(prefix), let model = try cache.find(String(id.dropFirst(prefix.count))), model.isModel else {
      throw MLflowError.missing("Logged model with ID '\(id)' not found.")
    }
    return model
  }

  private func answer(_ model: RunSummary) -> WebResponse {
    .object { json in json.member("model") { $0.loggedModel(model) } }
  }

  private func createModel(_ input: MLflowInput) throws -> WebResponse {
    let experiment = try experiment(numbered: try input.required("experiment_id"))
    let tags = try input.pairs("tags")
    for tag in tags { try Self.check(tag: tag.key, tag.value) }
    let source = try input.text("source_run_id").flatMap { try cache.find($0)?.id }
    let name = try input.text("name") ?? "model"
    let description = MLflowMapping.description(
      ofModel: try input.text("model_type"), experiment: experiment.name, name: name,
      tags: Dictionary(tags.map { ($0.key, $0.value) }) { $1 }, start: nil, client: input.request.headers["user-agent"],
      parent: source)
    let values = try Self.values(of: try input.pairs("params"))
    let id = try pool.start(description)
    if !values.isEmpty { try pool.withWriter(of: id) { try $0.set(values) } }
    return answer(try model(ArtifactAddress.modelPrefix + id))
  }

  private func searchModels(_ input: MLflowInput) throws -> WebResponse {
    let size = try input.integer("max_results") ?? 50
    guard (1...1_000).contains(size) else {
      throw MLflowError.invalid("Invalid value \(size) for parameter 'max_results'")
    }
    let filter = try SearchFilter(input.text("filter") ?? "", .models)
    var orders = try input.list("order_by").map { order in
      guard let name = order["field_name"]?.text else { throw MLflowError.invalid("an order needs a 'field_name'") }
      return try SearchOrder(name + (order["ascending"] == .flag(false) ? " DESC" : ""), .models)
    }
    orders.append(SearchOrder(SearchField(kind: .attribute, name: "creation_time"), isDescending: true, .models))
    let names = try input.texts("experiment_ids").map { try experiment(numbered: $0).name }
    var found = try cache.runs(of: names).map(\.summary).filter { $0.isModel && !$0.isDeleted }
      .map(LoggedModel.init)
      .filter(filter.matches)
    SearchOrder.sort(&found, by: orders)
    let (page, next) = try PageToken.page(found, of: size, from: input.text("page_token"))
    return .object { json in
      json.member("models") { $0.list(page) { $0.loggedModel($1.run) } }
      if let next { json.member("next_page_token", next) }
    }
  }
}

/// A logged model as searches see it.
struct LoggedModel: Searchable {
  let run: RunSummary

  func text(_ field: SearchField) -> String? {
    if field.kind != .attribute { return run.text(field) }
    switch field.name {
    case "name": return run.name
    case "model_id": return ArtifactAddress.modelPrefix + run.id
    case "model_type": return run.own["type"]
    case "status": return run.own["status"]?.replacing("LOGGED_MODEL_", with: "")
    case "source_run_id": return run.tags["mlflow.parentRunId"]
    default: return run.text(field)
    }
  }

  func number(_ field: SearchField) -> Double? {
    switch (field.kind, field.name) {
    case (.attribute, "creation_time"): Double(run.start)
    case (.attribute, "last_updated_time"): Double(run.end ?? run.start)
    default: run.number(field)
    }
  }
}

extension JSONWriter {
  mutating func loggedModel(_ model: RunSummary) {
    var tags = model.tags
    let source = tags.removeValue(forKey: "mlflow.parentRunId")
    tags["mlflow.runName"] = nil
    object { json in
      json.member("info") { json in
        json.object { json in
          json.member("model_id", ArtifactAddress.modelPrefix + model.id)
          json.member("experiment_id", model.experimentNumber)
          json.member("name", model.name)
          json.member("creation_timestamp_ms", model.start)
          json.member("last_updated_timestamp_ms", model.end ?? model.start)
          json.member("artifact_uri", ArtifactAddress.root(of: model))
          json.member("status", model.own["status"] ?? "LOGGED_MODEL_PENDING")
          if let type = model.own["type"] { json.member("model_type", type) }
          if let source { json.member("source_run_id", source) }
          json.member("tags") { $0.pairs(tags) }
        }
      }
      json.member("data") { json in
        json.object { json in
          json.member("params") { $0.pairs(model.parameters) }
          json.member("metrics") { json in
            json.list(model.metrics.sorted { $0.key < $1.key }) { json, metric in
              json.metric(metric.key, metric.value.value, metric.value.timestamp, metric.value.step)
            }
          }
        }
      }
    }
  }
}
