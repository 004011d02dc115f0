import Formats
import Migration
import Tracker
import WebServer

/// Experiments.
extension MLflowAPI {
  var experimentCalls: [MLflowCall] {
    [
      MLflowCall("POST", "experiments/create") { input in
        let name = try input.required("name")
        try MLflowNames.check(length: name, "experiment name", 500)
        if let found = try experiment(named: name) {
          throw MLflowError(
            .resourceAlreadyExists,
            "Experiment '\(name)' already exists" + (found.isArchived ? " in deleted state: restore it." : "."))
        }
        let tags = try input.pairs("tags")
        for tag in tags { try Self.check(experimentTag: tag.key, tag.value) }
        try store.createExperiment(name)
        for tag in tags { try store.annotate(experiment: name, tag: tag.key, value: tag.value) }
        let number = ExperimentNumber.of(try experiment(named: name)?.key ?? name)
        return .object { $0.member("experiment_id", number) }
      },
      MLflowCall("GET", "experiments/get") { input in
        let experiment = try experiment(numbered: try input.required("experiment_id"))
        return .object { json in json.member("experiment") { $0.experiment(experiment) } }
      },
      MLflowCall("GET", "experiments/get-by-name") { input in
        let name = try input.required("experiment_name")
        guard let experiment = try experiment(named: name) else {
          throw MLflowError.missing("Could not find experiment with name '\(name)'")
        }
        return .object { json in json.member("experiment") { $0.experiment(experiment) } }
      },
      MLflowCall("POST", "experiments/search", access: .read) { try searchExperiments($0) },
      MLflowCall("GET", "experiments/search") { try searchExperiments($0) },
      MLflowCall("POST", "experiments/delete") { input in
        let experiment = try experiment(numbered: try input.required("experiment_id"))
        if experiment.isArchived { throw MLflowError.missing("Experiment '\(experiment.name)' is deleted already.") }
        try store.createExperiment(experiment.name)
        try store.archive(experiment: experiment.name)
        return .empty
      },
      MLflowCall("POST", "experiments/restore") { input in
        let experiment = try experiment(numbered: try input.required("experiment_id"))
        if !experiment.isArchived { throw MLflowError.missing("Experiment '\(experiment.name)' is not deleted.") }
        try store.archive(experiment: experiment.name, false)
        return .empty
      },
      MLflowCall("POST", "experiments/update") { input in
        let experiment = try experiment(numbered: try input.required("experiment_id"))
        guard let name = try input.text("new_name"), name != experiment.name else { return .empty }
        try MLflowNames.check(length: name, "experiment name", 500)
        if experiment.isArchived {
          throw MLflowError(
            .invalidState, "Experiment '\(experiment.name)' is deleted: restore it before it is renamed.")
        }
        try store.createExperiment(experiment.name)
        try store.rename(experiment: experiment.name, to: name)
        return .empty
      },
      MLflowCall("POST", "experiments/set-experiment-tag") { input in
        let experiment = try experiment(numbered: try input.required("experiment_id"))
        let (key, value) = (try input.required("key"), try input.text("value") ?? "")
        try Self.check(experimentTag: key, value)
        try store.createExperiment(experiment.name)
        try store.annotate(experiment: experiment.name, tag: key, value: value)
        return .empty
      },
      MLflowCall("POST", "experiments/delete-experiment-tag") { input in
        let experiment = try experiment(numbered: try input.required("experiment_id"))
        let key = try input.required("key")
        guard experiment.tags[key] != nil else {
          throw MLflowError.missing("No tag with key '\(key)' in experiment '\(experiment.name)'.")
        }
        try store.annotate(experiment: experiment.name, removingTag: key)
        return .empty
      },
      MLflowCall("POST", "experiments/search-datasets", access: .read) { input in
        let names = try Set(input.texts("experiment_ids").map { try experiment(numbered: $0).name })
        var seen: Set<String> = []
        let datasets = try cache.runs(of: names).map(\.summary).flatMap { run in
          run.own.filter { $0.key.hasPrefix("dataset.") }.compactMap { kept -> (String, JSONValue)? in
            JSONValue(Array(kept.value.utf8)).map { (run.experimentNumber, $0) }
          }
        }.filter { seen.insert("\($0.0) \($0.1["dataset"]?["digest"]?.text ?? "")").inserted }
        return .object { json in
          json.member("dataset_summaries") { json in
            json.list(datasets) { json, found in
              json.object { json in
                json.member("experiment_id", found.0)
                json.member("name", found.1["dataset"]?["name"]?.text ?? "")
                json.member("digest", found.1["dataset"]?["digest"]?.text ?? "")
              }
            }
          }
        }
      },
    ]
  }

  private static func check(experimentTag key: String, _ value: String) throws(MLflowError) {
    try MLflowNames.check(key, "tag")
    try MLflowNames.check(length: value, "value of tag '\(key)'", 20_000)
  }

  /// The experiment of a name; Default is always there until it is called otherwise.
  func experiment(named name: String) throws -> Experiment? {
    if let found = try store.experiment(named: name) { return found }
    return try name == ExperimentNumber.defaultName ? unmadeDefault(beside: store.experimentPlaces()) : nil
  }

  func experiment(numbered number: String) throws -> Experiment {
    let places = try store.experimentPlaces()
    if let place = places.first(where: { ExperimentNumber.of($0.key) == number }) {
      return try store.experiment(at: place)
    }
    if number == "0", let experiment = unmadeDefault(beside: places) { return experiment }
    throw MLflowError.missing("No Experiment with id=\(number) exists")
  }

  /// All experiments, Default among them.
  func experiments() throws -> [Experiment] {
    let places = try store.experimentPlaces()
    let made = try places.map { try store.experiment(at: $0) }
    return made + (unmadeDefault(beside: places).map { [$0] } ?? [])
  }

  private func unmadeDefault(beside places: [ExperimentPlace]) -> Experiment? {
    let name = ExperimentNumber.defaultName
    return places.contains { $0.key == name } ? nil : Experiment.empty(name)
  }

  private func searchExperiments(_ input: MLflowInput) throws -> WebResponse {
    let size = try input.integer("max_results") ?? 1_000
    guard (1...50_000).contains(size) else {
      throw MLflowError.invalid("Invalid value \(size) for parameter 'max_results'")
    }
    let view = try ViewType(input.text("view_type"))
    let filter = try SearchFilter(input.text("filter") ?? "", .experiments)
    let orders = try input.texts("order_by").map { text throws(MLflowError) in try SearchOrder(text, .experiments) }
    var found = try experiments().filter { view.holds(isDeleted: $0.isArchived) && filter.matches($0) }
    // MLflow's own order: the newest first, of equal ones the higher id.
    found.sort { ($0.created, ExperimentNumber.of($0.key)) > ($1.created, ExperimentNumber.of($1.key)) }
    SearchOrder.sort(&found, by: orders)
    let (page, next) = try PageToken.page(found, of: size, from: input.text("page_token"))
    return .object { json in
      json.member("experiments") { $0.list(page) { $0.experiment($1) } }
      if let next { json.member("next_page_token", next) }
    }
  }
}

/// Whether deleted ones are wanted.
enum ViewType: String {
  case active = "ACTIVE_ONLY"
  case deleted = "DELETED_ONLY"
  case all = "ALL"

  init(_ text: String?) throws(MLflowError) {
    guard let text else {
      self = .active
      return
    }
    // Numbers as protocol buffers have them.
    let numbers = ["1": ViewType.active, "2": .deleted, "3": .all]
    guard let view = ViewType(rawValue: text) ?? numbers[text] else { throw .invalid("Invalid view type '\(text)'.") }
    self = view
  }

  func holds(isDeleted: Bool) -> Bool { self == .all || isDeleted == (self == .deleted) }
}

extension Experiment: Searchable {
  func text(_ field: SearchField) -> String? {
    switch (field.kind, field.name) {
    case (.tag, let key): tags[key]
    case (_, "name"): name
    case (_, "experiment_id"): ExperimentNumber.of(key)
    default: nil
    }
  }

  func number(_ field: SearchField) -> Double? {
    ["creation_time", "last_update_time"].contains(field.name) ? Double(created / 1_000) : nil
  }
}

extension JSONWriter {
  mutating func experiment(_ experiment: Experiment) {
    object { json in
      let number = ExperimentNumber.of(experiment.key)
      json.member("experiment_id", number)
      json.member("name", experiment.name)
      json.member("artifact_location", ArtifactAddress.scheme + number)
      json.member("lifecycle_stage", experiment.isArchived ? "deleted" : "active")
      json.member("creation_time", Int(experiment.created / 1_000))
      json.member("last_update_time", Int(experiment.created / 1_000))
      var tags = experiment.tags
      if let text = experiment.text, tags["mlflow.note.content"] == nil { tags["mlflow.note.content"] = text }
      json.member("tags") { $0.pairs(tags) }
    }
  }
}
