import Formats
import Migration
import WebServer

/// A version with the model it is of.
struct ModelVersion: Searchable {
  let model: RegisteredModel
  let version: RegisteredModel.Version

  func text(_ field: SearchField) -> String? {
    if field.kind == .tag { return version.tags[field.name] ?? RegisteredModel.impliedTags[field.name] }
    switch field.name {
    case "name": return model.name
    case "run_id": return version.run
    case "source_path": return version.source
    case "current_stage": return version.stage
    default: return nil
    }
  }

  func number(_ field: SearchField) -> Double? {
    switch field.name {
    case "version_number": Double(version.number)
    case "creation_timestamp": Double(version.created)
    case "last_updated_timestamp": Double(version.updated)
    default: nil
    }
  }
}

extension RegisteredModel: Searchable {
  /// Clients look for models that are no prompts by a tag that models do not have.
  static let impliedTags = ["mlflow.prompt.is_prompt": "false"]

  func text(_ field: SearchField) -> String? {
    if field.kind == .tag { return tags[field.name] ?? Self.impliedTags[field.name] }
    return field.name == "name" ? name : nil
  }

  func number(_ field: SearchField) -> Double? {
    switch field.name {
    case "creation_timestamp": Double(created)
    case "last_updated_timestamp": Double(updated)
    default: nil
    }
  }

  /// The newest version of each stage.
  var latest: [Version] {
    Dictionary(versions.map { ($0.stage, $0) }) { $1 }.values.sorted { $0.number < $1.number }
  }
}

extension JSONWriter {
  mutating func registeredModel(_ model: RegisteredModel) {
    object { json in
      json.member("name", model.name)
      json.member("creation_timestamp", model.created)
      json.member("last_updated_timestamp", model.updated)
      if let user = model.user { json.member("user_id", user) }
      json.member("description", model.text ?? "")
      json.member("latest_versions") { json in
        json.list(model.latest) { $0.modelVersion(ModelVersion(model: model, version: $1)) }
      }
      json.member("tags") { $0.pairs(model.tags) }
      json.member("aliases") { json in
        json.list(model.aliases.sorted { $0.key < $1.key }) { json, alias in
          json.object { json in
            json.member("alias", alias.key)
            json.member("version", String(alias.value))
          }
        }
      }
    }
  }

  mutating func modelVersion(_ found: ModelVersion) {
    let version = found.version
    object { json in
      json.member("name", found.model.name)
      json.member("version", String(version.number))
      json.member("creation_timestamp", version.created)
      json.member("last_updated_timestamp", version.updated)
      if let user = version.user { json.member("user_id", user) }
      json.member("current_stage", version.stage)
      json.member("description", version.text ?? "")
      json.member("source", version.source)
      if let run = version.run { json.member("run_id", run) }
      if let link = version.runLink { json.member("run_link", link) }
      if let model = version.model { json.member("model_id", model) }
      json.member("status", "READY")
      json.member("tags") { $0.pairs(version.tags) }
      json.member("aliases") { json in
        json.list(found.model.aliases.filter { $0.value == version.number }.keys.sorted()) { $0.value($1) }
      }
    }
  }
}
