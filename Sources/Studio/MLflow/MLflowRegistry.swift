import Files
import Migration
import Tracker
import WebServer

/// The model registry: names, versions, aliases, tags, stages.
extension MLflowAPI {
  var registryCalls: [MLflowCall] {
    registeredModelCalls + modelVersionCalls + registryTagCalls
  }

  private var registeredModelCalls: [MLflowCall] {
    [
      MLflowCall("POST", "registered-models/create") { input in
        let name = try input.required("name")
        try Self.check(modelName: name)
        let now = Int(WallClock.now / 1_000)
        let model = RegisteredModel(
          name: name, created: now, updated: now, text: try input.text("description"), user: input.request.visitor.name,
          tags: Dictionary(try input.pairs("tags").map { ($0.key, $0.value) }) { $1 })
        try registry.create(model)
        return Self.answer(model)
      },
      MLflowCall("GET", "registered-models/get") { input in Self.answer(try registered(try input.required("name"))) },
      MLflowCall("POST", "registered-models/rename") { input in
        let new = try input.required("new_name")
        try Self.check(modelName: new)
        return Self.answer(try registry.rename(try input.required("name"), to: new))
      },
      MLflowCall("PATCH", "registered-models/update") { input in
        let text = try input.text("description")
        try registry.change(try input.required("name")) { $0.text = text }
        return Self.answer(try registered(try input.required("name")))
      },
      MLflowCall("DELETE", "registered-models/delete") { input in
        try registry.delete(try input.required("name"))
        return .empty
      },
      MLflowCall("GET", "registered-models/search") { input in
        let size = try input.integer("max_results") ?? 100
        guard (1...1_000).contains(size) else {
          throw MLflowError.invalid("Invalid value \(size) for parameter 'max_results'")
        }
        let filter = try SearchFilter(input.text("filter") ?? "", .registeredModels)
        let orders = try input.texts("order_by").map { text throws(MLflowError) in
          try SearchOrder(text, .registeredModels)
        }
        var found = try registry.all().filter(filter.matches)
        SearchOrder.sort(&found, by: orders)
        let (page, next) = try PageToken.page(found, of: size, from: input.text("page_token"))
        return .object { json in
          json.member("registered_models") { $0.list(page) { $0.registeredModel($1) } }
          if let next { json.member("next_page_token", next) }
        }
      },
      MLflowCall("POST", "registered-models/get-latest-versions", access: .read) { try latestVersions($0) },
      MLflowCall("GET", "registered-models/get-latest-versions") { try latestVersions($0) },
      MLflowCall("POST", "registered-models/alias") { input in
        let alias = try input.required("alias")
        let isPlain = alias.utf8.allSatisfy {
          $0 == 0x2D || $0 == 0x5F || (0x30...0x39).contains($0) || ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7A
        }
        let isVersion = alias.lowercased().hasPrefix("v") && Int(alias.dropFirst()) != nil
        guard isPlain, !isVersion, alias.lowercased() != "latest", alias.count <= 255 else {
          throw MLflowError.invalid(
            "'\(alias)' cannot be an alias: use letters, digits, - and _, and not 'latest' or 'v1'")
        }
        try registry.change(try input.required("name")) { model in
          let place = try model.place(of: try input.required("version"))
          model.aliases[alias] = model.versions[place].number
        }
        return .empty
      },
      MLflowCall("DELETE", "registered-models/alias") { input in
        let alias = try input.required("alias")
        try registry.change(try input.required("name")) { $0.aliases[alias] = nil }
        return .empty
      },
      MLflowCall("GET", "registered-models/alias") { input in
        let model = try registered(try input.required("name"))
        let alias = try input.required("alias")
        guard let number = model.aliases[alias] else {
          throw MLflowError.invalid("Registered model alias \(alias) not found.")
        }
        return Self.answer(model, try model.place(of: String(number)))
      },
    ]
  }

  private var modelVersionCalls: [MLflowCall] {
    [
      MLflowCall("POST", "model-versions/create") { input in
        let now = Int(WallClock.now / 1_000)
        let source = try input.required("source")
        let model = try input.text("model_id")
        // A logged model's files are where it keeps them.
        let id = model ?? (source.hasPrefix("models:/m-") ? String(source.dropFirst("models:/".count)) : nil)
        let storage = try id.map { ArtifactAddress.root(of: try self.model($0)) } ?? source
        let tags = Dictionary(try input.pairs("tags").map { ($0.key, $0.value) }) { $1 }
        let (run, link, text) = (try input.text("run_id"), try input.text("run_link"), try input.text("description"))
        let name = try input.required("name")
        let number = try registry.change(name) { registered in
          registered.lastNumber += 1
          registered.versions.append(
            RegisteredModel.Version(
              number: registered.lastNumber, created: now, updated: now, source: source, storage: storage, run: run,
              runLink: link, model: id, text: text, user: input.request.visitor.name, tags: tags))
          return registered.lastNumber
        }
        let registered = try registered(name)
        return Self.answer(registered, try registered.place(of: String(number)))
      },
      MLflowCall("GET", "model-versions/get") { input in
        let model = try registered(try input.required("name"))
        return Self.answer(model, try model.place(of: try input.required("version")))
      },
      MLflowCall("PATCH", "model-versions/update") { input in
        let text = try input.text("description")
        return try change(input) { $0.text = text }
      },
      MLflowCall("POST", "model-versions/transition-stage") { input in
        let wanted = try input.required("stage")
        let stages = ["None", "Staging", "Production", "Archived"]
        guard let stage = stages.first(where: { $0.lowercased() == wanted.lowercased() }) else {
          throw MLflowError.invalid(
            "Invalid Model Version stage: \(wanted). Value must be one of \(stages.joined(separator: ", ")).")
        }
        let archives = input.flag("archive_existing_versions")
        if archives, stage == "None" || stage == "Archived" {
          throw MLflowError.invalid("Only versions in stages Staging and Production make room for another.")
        }
        let name = try input.required("name")
        let place = try registry.change(name) { model in
          let place = try model.place(of: try input.required("version"))
          let now = Int(WallClock.now / 1_000)
          for other in model.versions.indices where archives && other != place && model.versions[other].stage == stage {
            (model.versions[other].stage, model.versions[other].updated) = ("Archived", now)
          }
          (model.versions[place].stage, model.versions[place].updated) = (stage, now)
          return place
        }
        return Self.answer(try registered(name), place)
      },
      MLflowCall("DELETE", "model-versions/delete") { input in
        try registry.change(try input.required("name")) { model in
          let number = model.versions.remove(at: try model.place(of: try input.required("version"))).number
          model.aliases = model.aliases.filter { $0.value != number }
        }
        return .empty
      },
      MLflowCall("GET", "model-versions/search") { input in
        let size = try input.integer("max_results") ?? 10_000
        guard (1...200_000).contains(size) else {
          throw MLflowError.invalid("Invalid value \(size) for parameter 'max_results'")
        }
        let filter = try SearchFilter(input.text("filter") ?? "", .modelVersions)
        var orders = try input.texts("order_by").map { text throws(MLflowError) in try SearchOrder(text, .modelVersions)
        }
        orders += ["last_updated_timestamp", "version_number"].map {
          SearchOrder(SearchField(kind: .attribute, name: $0), isDescending: true, .modelVersions)
        }
        var found = try registry.all().flatMap { model in model.versions.map { ModelVersion(model: model, version: $0) }
        }
        .filter(filter.matches)
        SearchOrder.sort(&found, by: orders)
        let (page, next) = try PageToken.page(found, of: size, from: input.text("page_token"))
        return .object { json in
          json.member("model_versions") { $0.list(page) { $0.modelVersion($1) } }
          if let next { json.member("next_page_token", next) }
        }
      },
      MLflowCall("GET", "model-versions/get-download-uri") { input in
        let model = try registered(try input.required("name"))
        let version = model.versions[try model.place(of: try input.required("version"))]
        return .object { $0.member("artifact_uri", version.storage ?? version.source) }
      },
    ]
  }

  private var registryTagCalls: [MLflowCall] {
    [
      MLflowCall("POST", "registered-models/set-tag") { input in
        let (key, value) = (try input.required("key"), try input.text("value") ?? "")
        try Self.check(registryTag: key, value)
        try registry.change(try input.required("name")) { $0.tags[key] = value }
        return .empty
      },
      MLflowCall("DELETE", "registered-models/delete-tag") { input in
        let key = try input.required("key")
        try registry.change(try input.required("name")) { $0.tags[key] = nil }
        return .empty
      },
      MLflowCall("POST", "model-versions/set-tag") { input in
        let (key, value) = (try input.required("key"), try input.text("value") ?? "")
        try Self.check(registryTag: key, value)
        _ = try change(input) { $0.tags[key] = value }
        return .empty
      },
      MLflowCall("DELETE", "model-versions/delete-tag") { input in
        let key = try input.required("key")
        _ = try change(input) { $0.tags[key] = nil }
        return .empty
      },
    ]
  }

  // MARK: Parts

  private func registered(_ name: String) throws -> RegisteredModel {
    guard let model = try registry.find(name) else {
      throw MLflowError.missing("Registered Model with name=\(name) not found")
    }
    return model
  }

  private func change(_ input: MLflowInput, _ body: (inout RegisteredModel.Version) -> Void) throws -> WebResponse {
    let name = try input.required("name")
    let place = try registry.change(name) { model in
      let place = try model.place(of: try input.required("version"))
      body(&model.versions[place])
      model.versions[place].updated = Int(WallClock.now / 1_000)
      return place
    }
    return Self.answer(try registered(name), place)
  }

  private func latestVersions(_ input: MLflowInput) throws -> WebResponse {
    let model = try registered(try input.required("name"))
    let stages = try input.texts("stages").map { $0.lowercased() }
    let found = model.latest.filter { stages.isEmpty || stages.contains($0.stage.lowercased()) }
    return .object { json in
      json.member("model_versions") { json in
        json.list(found) { $0.modelVersion(ModelVersion(model: model, version: $1)) }
      }
    }
  }

  private static func answer(_ model: RegisteredModel) -> WebResponse {
    .object { json in json.member("registered_model") { $0.registeredModel(model) } }
  }

  private static func answer(_ model: RegisteredModel, _ place: Int) -> WebResponse {
    .object { json in
      json.member("model_version") { $0.modelVersion(ModelVersion(model: model, version: model.versions[place])) }
    }
  }

  private static func check(modelName name: String) throws(MLflowError) {
    if name.contains("/") || name.contains(":") {
      throw .invalid("Invalid model name: '\(name)'. Model name cannot contain '/' or ':'")
    }
    try MLflowNames.check(length: name, "model name", 256)
  }

  private static func check(registryTag key: String, _ value: String) throws(MLflowError) {
    try MLflowNames.check(key, "tag")
    try MLflowNames.check(length: value, "value of tag '\(key)'", 100_000)
  }
}
