import DataSources
import Files
import Formats
import Interchange
import Telemetry
import Tracker

/// MLflow's store as a database of SQLite, `mlflow.db`, with the artifacts that lie beside it.
package final class MLflowDatabase: ForeignStore {
  private let rows: MLflowRows
  private let folder: String
  private var experimentNames: [Int: (name: String, isDeleted: Bool)] = [:]
  private let metrics: SQLiteStatement

  package init(_ path: String) throws(ImportError) {
    rows = try MLflowRows(path)
    let slash = path.lastIndex(of: "/")
    folder = slash.map { String(path[..<$0]) } ?? "."
    let database = rows.database
    metrics = try MLflowRows.reading(path) { () throws(DataSourceError) in
      // In the order in which they were logged.
      try database.statement(
        "SELECT key, value, timestamp, step, is_nan FROM metrics WHERE run_uuid = ? ORDER BY rowid")
    }
    for row in try rows.rows("experiments") {
      guard let number = row.integer("experiment_id"), let name = row.text("name") else { continue }
      experimentNames[number] = (name, row.text("lifecycle_stage") == "deleted")
    }
  }

  package var title: String { "MLflow's database" }

  package func experiments() throws(ImportError) -> [ForeignExperiment] {
    var used: Set<Int> = []
    for table in ["runs", "logged_models"] {
      for row in try rows.rows(table) { if let number = row.integer("experiment_id") { used.insert(number) } }
    }
    var experiments: [ForeignExperiment] = []
    for row in try rows.rows("experiments") {
      guard let number = row.integer("experiment_id"), let name = row.text("name") else { continue }
      let tags = try rows.pairs("experiment_tags", where: "experiment_id", is: .integer(Int64(number)))
      // Default is there without being made.
      if name == ExperimentNumber.defaultName, tags.isEmpty, !used.contains(number) { continue }
      experiments.append(
        ForeignExperiment(
          name: name, tags: tags, created: row.integer("creation_time").map(MLflowMapping.microseconds),
          isDeleted: row.text("lifecycle_stage") == "deleted"))
    }
    return experiments
  }

  package func outlines() throws(ImportError) -> [ForeignOutline] {
    var parents: [String: String] = [:]
    for row in try rows.rows("tags", where: "key", is: .text("mlflow.parentRunId")) {
      if let id = row.text("run_uuid") { parents[id] = row.text("value") }
    }
    var outlines: [ForeignOutline] = []
    for row in try rows.rows("runs") {
      var facts = MLflowRunFacts(id: row.text("run_uuid") ?? "", experiment: "", status: "")
      facts.tags["mlflow.parentRunId"] = parents[facts.id]
      outlines.append(facts.outline(at: rows.path))
    }
    for row in try rows.rows("logged_models") where row.text("lifecycle_stage") != "deleted" {
      var facts = MLflowRunFacts(id: row.text("model_id") ?? "", experiment: "", status: "")
      facts.isModel = true
      facts.tags["mlflow.parentRunId"] = row.text("source_run_id")
      outlines.append(facts.outline(at: rows.path))
    }
    return outlines
  }

  package func load(_ outline: ForeignOutline) throws(ImportError) -> ForeignRun {
    if let row = try rows.rows("runs", where: "run_uuid", is: .text(outline.id)).first {
      return try run(outline.id, row)
    }
    guard let row = try rows.rows("logged_models", where: "model_id", is: .text(outline.id)).first else {
      throw ImportError(path: rows.path, reason: "the run \(outline.id) is gone")
    }
    return try model(outline.id, row)
  }

  private func run(_ id: String, _ row: MLflowRows.Row) throws(ImportError) -> ForeignRun {
    let (experiment, isExperimentDeleted) = try experiment(row, id)
    var facts = MLflowRunFacts(id: id, experiment: experiment, status: row.text("status") ?? "")
    facts.name = row.text("name").flatMap { $0.isEmpty ? nil : $0 }
    facts.user = row.text("user_id")
    (facts.start, facts.end) = (row.integer("start_time"), row.integer("end_time"))
    facts.deletion = row.integer("deleted_time")
    // Runs of a deleted experiment went with it.
    facts.isDeleted = row.text("lifecycle_stage") == "deleted" && !isExperimentDeleted
    facts.tags = try rows.pairs("tags", where: "run_uuid", is: .text(id))
    facts.parameters = try rows.pairs("params", where: "run_uuid", is: .text(id)).sorted { $0.key < $1.key }
      .map { ($0.key, $0.value) }
    facts.series = try series(of: id)
    facts.kept = try inputs(of: id)
    (facts.artifacts, facts.losses) = try artifacts(at: row.text("artifact_uri"), of: id)
    return try facts.run(from: "\(rows.path), run \(id)")
  }

  private func model(_ id: String, _ row: MLflowRows.Row) throws(ImportError) -> ForeignRun {
    var facts = MLflowRunFacts(id: id, experiment: try experiment(row, id).name, status: "")
    facts.isModel = true
    facts.status = row.integer("status").flatMap { MLflowRunFacts.modelStatuses[$0] } ?? ""
    (facts.name, facts.modelType) = (row.text("name") ?? "model", row.text("model_type"))
    (facts.start, facts.end) = (row.integer("creation_timestamp_ms"), row.integer("last_updated_timestamp_ms"))
    facts.tags = try rows.pairs(
      "logged_model_tags", where: "model_id", is: .text(id), key: "tag_key", value: "tag_value")
    facts.parameters = try rows.pairs(
      "logged_model_params", where: "model_id", is: .text(id), key: "param_key", value: "param_value"
    ).sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    var places: [String: Int] = [:]
    for row in try rows.rows("logged_model_metrics", where: "model_id", is: .text(id)) {
      guard let name = row.text("metric_name"), let value = row.text("metric_value").flatMap(Double.init) else {
        continue
      }
      let place = places[name] ?? facts.series.count
      if place == facts.series.count { facts.series.append(Series(metric: Metric(name))) }
      places[name] = place
      facts.series[place].steps.append(row.integer("metric_step") ?? 0)
      facts.series[place].wallTimes.append(MLflowMapping.microseconds(row.integer("metric_timestamp_ms") ?? 0))
      facts.series[place].values.append(Self.value(value, isNaN: false))
    }
    (facts.artifacts, facts.losses) = try artifacts(at: row.text("artifact_location"), of: id)
    return try facts.run(from: "\(rows.path), model \(id)")
  }

  private func experiment(_ row: MLflowRows.Row, _ id: String) throws(ImportError) -> (name: String, isDeleted: Bool) {
    guard let experiment = row.integer("experiment_id").flatMap({ experimentNames[$0] }) else {
      throw ImportError(path: rows.path, reason: "the run \(id) is of no experiment")
    }
    return experiment
  }

  /// MLflow writes infinities as the largest numbers there are, and 0 where it marks a NaN.
  private static func value(_ value: Double, isNaN: Bool) -> Double {
    if isNaN { return .nan }
    return value.magnitude == .greatestFiniteMagnitude ? (value < 0 ? -.infinity : .infinity) : value
  }

  private func series(of id: String) throws(ImportError) -> [Series] {
    let metrics = metrics
    return try MLflowRows.reading(rows.path) { () throws(DataSourceError) in
      try metrics.bind([.text(id)])
      var (series, keys): ([Series], [[UInt8]]) = ([], [])
      var places: [[UInt8]: Int] = [:]
      var last = -1
      while try metrics.step() {
        last = metrics.withText(0) { key in
          // Metrics that are logged together take turns.
          let next = last + 1 < keys.count ? last + 1 : 0
          if keys.indices.contains(last), keys[last].elementsEqual(key) { return last }
          if keys.indices.contains(next), keys[next].elementsEqual(key) { return next }
          let name = Array(key)
          if let place = places[name] { return place }
          places[name] = keys.count
          keys.append(name)
          series.append(Series(metric: Metric(String(decoding: key, as: UTF8.self))))
          return keys.count - 1
        }
        series[last].steps.append(Int(metrics.integer(3)))
        series[last].wallTimes.append(MLflowMapping.microseconds(Int(metrics.integer(2))))
        series[last].values.append(Self.value(metrics.number(1), isNaN: metrics.integer(4) != 0))
      }
      return series
    }
  }

  private func inputs(of id: String) throws(ImportError) -> [(name: String, value: JSONValue)] {
    var kept: [(String, JSONValue)] = []
    for row in try rows.rows(
      "inputs", where: "destination_id", is: .text(id),
      and: " AND destination_type = 'RUN' AND source_type = 'DATASET'")
    {
      guard let source = row.text("source_id"),
        let dataset = try rows.rows("datasets", where: "dataset_uuid", is: .text(source)).first
      else { continue }
      let tags = try rows.pairs(
        "input_tags", where: "input_uuid", is: .text(row.text("input_uuid") ?? ""), key: "name")
      kept.append(
        MLflowRunFacts.dataset(
          name: dataset.text("name") ?? "", digest: dataset.text("digest") ?? "",
          sourceType: dataset.text("dataset_source_type"), source: dataset.text("dataset_source"),
          schema: dataset.text("dataset_schema"), profile: dataset.text("dataset_profile"), tags: tags))
    }
    for row in try rows.rows(
      "inputs", where: "source_id", is: .text(id), and: " AND source_type IN ('RUN_INPUT', 'RUN_OUTPUT')")
    {
      guard let model = row.text("destination_id") else { continue }
      switch row.text("source_type") {
      case "RUN_INPUT": kept.append(MLflowRunFacts.modelInput(model))
      case "RUN_OUTPUT": kept.append(MLflowRunFacts.modelOutput(model, step: row.integer("step") ?? 0))
      default: break
      }
    }
    return kept
  }

  private func artifacts(
    at address: String?, of id: String
  ) throws(ImportError) -> ([ForeignRun.File], losses: [String]) {
    guard let address, !address.isEmpty else { return ([], []) }
    var losses: [String] = []
    switch ArtifactPlace(address, of: id, beside: folder) {
    case .folder(let path): return (try ForeignFile.all(under: path, &losses), losses)
    case .nowhere: return ([], [])
    case .elsewhere:
      return ([], ["\(rows.path): the artifacts of run \(id) are at \(address), which is not read."])
    }
  }

  // MARK: Registry

  package func registeredModels() throws(ImportError) -> [RegisteredModel] {
    var experiments: [String: String] = [:]
    for (table, column) in [("runs", "run_uuid"), ("logged_models", "model_id")] {
      for row in try rows.rows(table) {
        if let id = row.text(column), let number = row.integer("experiment_id") {
          experiments[id] = experimentNames[number]?.name
        }
      }
    }
    var models: [RegisteredModel] = []
    for row in try rows.rows("registered_models") {
      guard let name = row.text("name") else { continue }
      var model = RegisteredModel(
        name: name, created: row.integer("creation_time") ?? 0, updated: row.integer("last_updated_time") ?? 0,
        text: row.text("description"), tags: try rows.pairs("registered_model_tags", where: "name", is: .text(name)))
      for row in try rows.rows("model_versions", where: "name", is: .text(name)) {
        guard let number = row.integer("version") else { continue }
        model.lastNumber = max(model.lastNumber, number)
        if row.text("current_stage") == MLflowVersionFacts.deletedStage { continue }
        let tags = try rows.pairs(
          "model_version_tags", where: "name", is: .text(name), and: " AND version = \(number)")
        var version = RegisteredModel.Version(
          number: number, created: row.integer("creation_time") ?? 0, updated: row.integer("last_updated_time") ?? 0,
          source: row.text("source") ?? "", storage: row.text("storage_location"), run: row.text("run_id"),
          runLink: row.text("run_link"), text: row.text("description"), user: row.text("user_id"), tags: tags)
        version.stage = row.text("current_stage") ?? "None"
        model.versions.append(MLflowVersionFacts.relocated(version, experiments: experiments))
      }
      model.versions.sort { $0.number < $1.number }
      for row in try rows.rows("registered_model_aliases", where: "name", is: .text(name)) {
        if let alias = row.text("alias"), let number = row.integer("version") { model.aliases[alias] = number }
      }
      models.append(model)
    }
    return models
  }
}
