import Files
import Formats
import Interchange
import Telemetry
import Tracker

/// MLflow's store as a folder, `mlruns`: a folder an experiment, a folder a run in it, a file a parameter, tag and metric.
package struct MLflowFolder: ForeignStore {
  private let root: String

  package init(_ root: String) { self.root = root }

  package var title: String { "MLflow's folder" }

  private struct Place {
    var name: String
    var folder: String
    var meta: MetaFile
    var isDeleted: Bool
  }

  /// Whether the folder has an experiment of MLflow's.
  package static func isOne(_ path: String) -> Bool {
    guard let names = try? ForeignFile.names(in: path, includingHidden: true) else { return false }
    return names.contains { name in
      name.utf8.first.map { (0x30...0x39).contains($0) } == true && Folder.holds("\(path)/\(name)/meta.yaml")
    } || Folder.holds("\(path)/.trash") && Folder.holds("\(path)/models")
  }

  /// The experiments, and those of which nothing can be read.
  private func places() throws(ImportError) -> (sound: [Place], broken: [ForeignOutline]) {
    var (places, broken): ([Place], [ForeignOutline]) = ([], [])
    for folder in [root, root + "/.trash"] {
      for name in try ForeignFile.names(in: folder) where name != "models" {
        let path = "\(folder)/\(name)/meta.yaml"
        guard Folder.holds(path) else { continue }
        do throws(ImportError) {
          let meta = try MetaFile(path)
          places.append(
            Place(
              name: try meta.required("name"), folder: "\(folder)/\(name)", meta: meta,
              isDeleted: folder != root || meta.text("lifecycle_stage") == "deleted"))
        } catch {
          broken.append(
            ForeignOutline(id: path, identifiers: [], place: error.path, problem: error.reason))
        }
      }
    }
    return (places, broken)
  }

  package func experiments() throws(ImportError) -> [ForeignExperiment] {
    var experiments: [ForeignExperiment] = []
    for place in try places().sound {
      let tags = try texts(in: place.folder + "/tags")
      // Default is there without being made.
      let runs = try parts(of: place)
      if place.name == ExperimentNumber.defaultName, tags.isEmpty, runs.isEmpty { continue }
      experiments.append(
        ForeignExperiment(
          name: place.name, tags: tags,
          created: place.meta.integer("creation_time").map(MLflowMapping.microseconds), isDeleted: place.isDeleted))
    }
    return experiments
  }

  package func outlines() throws(ImportError) -> [ForeignOutline] {
    let (places, broken) = try places()
    var outlines = broken
    for place in places {
      for (id, isModel) in try parts(of: place) {
        let folder = Self.folder(of: id, isModel: isModel, in: place.folder)
        var facts = MLflowRunFacts(id: id, experiment: place.name, status: "")
        facts.isModel = isModel
        let parent = folder + "/tags/mlflow.parentRunId"
        if Folder.holds(parent) { facts.tags["mlflow.parentRunId"] = try ForeignFile.text(parent) }
        var outline = facts.outline(at: folder)
        if isModel { outline.parent = try? MetaFile(folder + "/meta.yaml").text("source_run_id") }
        outlines.append(outline)
      }
    }
    return outlines
  }

  /// The runs of an experiment, then its logged models.
  private func parts(of place: Place) throws(ImportError) -> [(id: String, isModel: Bool)] {
    var parts: [(String, Bool)] = []
    for id in try ForeignFile.names(in: place.folder) where Folder.holds("\(place.folder)/\(id)/meta.yaml") {
      parts.append((id, false))
    }
    for id in try ForeignFile.names(in: place.folder + "/models")
    where Folder.holds("\(place.folder)/models/\(id)/meta.yaml") {
      parts.append((id, true))
    }
    return parts
  }

  private static func folder(of id: String, isModel: Bool, in experiment: String) -> String {
    isModel ? "\(experiment)/models/\(id)" : "\(experiment)/\(id)"
  }

  package func load(_ outline: ForeignOutline) throws(ImportError) -> ForeignRun {
    let folder = outline.place
    let meta = try MetaFile(folder + "/meta.yaml")
    let isModel = Self.parent(folder).hasSuffix("/models")
    let experiment = Self.parent(isModel ? Self.parent(folder) : folder)
    let home = try MetaFile(experiment + "/meta.yaml")
    var facts = MLflowRunFacts(id: outline.id, experiment: try home.required("name"), status: "")
    facts.isModel = isModel
    facts.name = meta.text(isModel ? "name" : "run_name") ?? (isModel ? "model" : nil)
    facts.user = meta.text("user_id")
    facts.start = meta.integer(isModel ? "creation_timestamp" : "start_time")
    facts.end = meta.integer(isModel ? "last_updated_timestamp" : "end_time")
    facts.deletion = meta.integer("deleted_time")
    facts.isDeleted = meta.text("lifecycle_stage") == "deleted"
    // Runs of a deleted experiment went with it.
    if home.text("lifecycle_stage") == "deleted" { facts.isDeleted = false }
    facts.modelType = meta.text("model_type")
    let status = meta.text("status") ?? ""
    let names = isModel ? MLflowRunFacts.modelStatuses : MLflowRunFacts.statuses
    facts.status = Int(status).flatMap { names[$0] } ?? status
    facts.tags = try texts(in: folder + "/tags")
    facts.parameters = try texts(in: folder + "/params").sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    facts.series = try series(in: folder + "/metrics", &facts.losses)
    facts.artifacts = try ForeignFile.all(under: folder + "/artifacts", &facts.losses)
    if !isModel { facts.kept = try inputs(in: folder, experiment, &facts.losses) }
    return try facts.run(from: folder)
  }

  private static func parent(_ path: String) -> String {
    path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
  }

  /// A file each, whose path is the name.
  private func texts(in folder: String) throws(ImportError) -> [String: String] {
    var losses: [String] = []
    var texts: [String: String] = [:]
    for file in try ForeignFile.all(under: folder, &losses) { texts[file.name] = try ForeignFile.text(file.path) }
    return texts
  }

  private func series(in folder: String, _ losses: inout [String]) throws(ImportError) -> [Series] {
    var all: [Series] = []
    for file in try ForeignFile.all(under: folder, &losses) {
      var series = Series(metric: Metric(file.name))
      let unreadable = MLflowMetricFile.read(try ForeignFile.bytes(file.path), into: &series)
      if unreadable > 0 {
        losses.append(
          "\(file.path): \(unreadable) line\(unreadable == 1 ? " is no point" : "s are no points"), left out.")
      }
      if !series.values.isEmpty { all.append(series) }
    }
    return all
  }

  /// Data sets and models that the run read, models that it made.
  private func inputs(
    in folder: String, _ experiment: String, _ losses: inout [String]
  ) throws(ImportError) -> [(name: String, value: JSONValue)] {
    var kept: [(String, JSONValue)] = []
    for name in try ForeignFile.names(in: folder + "/inputs") {
      let input = try MetaFile("\(folder)/inputs/\(name)/meta.yaml")
      let source = try input.required("source_id")
      guard !source.contains("/"), source != ".." else { continue }
      if input.text("source_type") == "DATASET" {
        let path = "\(experiment)/datasets/\(source)/meta.yaml"
        guard Folder.holds(path) else {
          losses.append("\(folder): the data set \(source) is missing, left out.")
          continue
        }
        let dataset = try MetaFile(path)
        kept.append(
          MLflowRunFacts.dataset(
            name: try dataset.required("name"), digest: try dataset.required("digest"),
            sourceType: dataset.text("source_type"), source: dataset.text("source"), schema: dataset.text("schema"),
            profile: dataset.text("profile"), tags: input.texts("tags")))
      } else {
        kept.append(MLflowRunFacts.modelInput(source))
      }
    }
    for name in try ForeignFile.names(in: folder + "/outputs") {
      let output = try MetaFile("\(folder)/outputs/\(name)/meta.yaml")
      kept.append(MLflowRunFacts.modelOutput(try output.required("source_id"), step: output.integer("step") ?? 0))
    }
    return kept
  }

  // MARK: Registry

  package func registeredModels() throws(ImportError) -> [RegisteredModel] {
    var experiments: [String: String] = [:]
    for place in try places().sound { for (id, _) in try parts(of: place) { experiments[id] = place.name } }
    var models: [RegisteredModel] = []
    for name in try ForeignFile.names(in: root + "/models") {
      let folder = "\(root)/models/\(name)"
      guard Folder.holds(folder + "/meta.yaml") else { continue }
      let meta = try MetaFile(folder + "/meta.yaml")
      var model = RegisteredModel(
        name: try meta.required("name"), created: meta.integer("creation_timestamp") ?? 0,
        updated: meta.integer("last_updated_timestamp") ?? 0, text: meta.text("description"),
        tags: try texts(in: folder + "/tags"))
      for version in try ForeignFile.names(in: folder) where version.hasPrefix("version-") {
        try add(version: "\(folder)/\(version)", to: &model, experiments)
      }
      model.versions.sort { $0.number < $1.number }
      for (alias, number) in try texts(in: folder + "/aliases") { model.aliases[alias] = Int(number) }
      models.append(model)
    }
    return models
  }

  private func add(
    version folder: String, to model: inout RegisteredModel, _ experiments: [String: String]
  ) throws(ImportError) {
    let meta = try MetaFile(folder + "/meta.yaml")
    guard let number = meta.integer("version"), number > 0 else {
      throw ImportError(path: folder, reason: "the version's number is missing")
    }
    model.lastNumber = max(model.lastNumber, number)
    if meta.text("current_stage") == MLflowVersionFacts.deletedStage { return }
    var version = RegisteredModel.Version(
      number: number, created: meta.integer("creation_timestamp") ?? 0,
      updated: meta.integer("last_updated_timestamp") ?? 0, source: meta.text("source") ?? "",
      storage: meta.text("storage_location"), run: meta.text("run_id"), runLink: meta.text("run_link"),
      model: meta.text("model_id"), text: meta.text("description"), user: meta.text("user_id"),
      tags: try texts(in: folder + "/tags"))
    // `None` is a stage, and no null.
    version.stage = meta.text("current_stage") ?? "None"
    model.versions.append(MLflowVersionFacts.relocated(version, experiments: experiments))
  }
}
