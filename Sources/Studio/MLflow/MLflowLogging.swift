import Formats
import Migration
import Settings
import Telemetry
import Tracker
import WebServer

/// What clients record in a run. Each call is in the log, safe from the death of this process, before it is answered.
extension MLflowAPI {
  var loggingCalls: [MLflowCall] {
    [
      MLflowCall("POST", "runs/log-metric") { input in
        try log(to: try input.runID(), metrics: [try input.metric()])
        return .empty
      },
      MLflowCall("POST", "runs/log-parameter") { input in
        try log(to: try input.runID(), parameters: [(try input.required("key"), try input.text("value") ?? "")])
        return .empty
      },
      MLflowCall("POST", "runs/log-batch", limit: 1_000_000) { input in
        let metrics = try input.list("metrics").map { value throws(MLflowError) in try LoggedMetric(value) }
        let (parameters, tags) = (try input.pairs("params"), try input.pairs("tags"))
        try Self.check(count: metrics.count, of: "metrics", 1_000)
        try Self.check(count: parameters.count, of: "params", 100)
        try Self.check(count: tags.count, of: "tags", 100)
        try Self.check(count: metrics.count + parameters.count + tags.count, of: "metrics, params and tags", 1_000)
        try log(to: try input.runID(), metrics: metrics, parameters: parameters, tags: tags)
        return .empty
      },
      MLflowCall("POST", "runs/set-tag") { input in
        try log(to: try input.runID(), tags: [(try input.required("key"), try input.text("value") ?? "")])
        return .empty
      },
      MLflowCall("POST", "runs/delete-tag") { input in
        let run = try writable(try input.required("run_id"))
        let key = try input.required("key")
        guard run.tags[key] != nil else {
          throw MLflowError.missing("No tag with name: \(key) in run with id \(run.id)")
        }
        try cache.write(to: run.id, in: pool) {
          try $0.removeTag(key)
        } noting: {
          $0.set(tag: key, nil)
        }
        return .empty
      },
      MLflowCall("POST", "runs/log-inputs", limit: 64 << 20) { input in
        let run = try writable(try input.required("run_id"))
        var kept: [(String, String)] = []
        for dataset in try input.list("datasets") {
          guard let name = dataset["dataset"]?["name"]?.text, let digest = dataset["dataset"]?["digest"]?.text else {
            throw MLflowError.invalid("each of 'datasets' needs a 'dataset' with a name and a digest")
          }
          kept.append((MLflowMapping.dataset(name, digest), MLflowMapping.text(of: dataset)))
        }
        kept += try keptModels(input, MLflowMapping.modelInput)
        try keep(kept, in: run)
        return .empty
      },
      MLflowCall("POST", "runs/outputs") { input in
        let run = try writable(try input.required("run_id"))
        try keep(try keptModels(input, MLflowMapping.modelOutput), in: run)
        return .empty
      },
      MLflowCall("POST", "runs/log-model") { input in
        let run = try writable(try input.required("run_id"))
        guard let model = JSONValue(Array(try input.required("model_json").utf8)), case .object = model else {
          throw MLflowError.invalid("'model_json' is not a JSON object")
        }
        let key = "mlflow.log-model.history"
        let former = run.tags[key].flatMap { JSONValue(Array($0.utf8))?.list } ?? []
        let history = MLflowMapping.text(of: .list(former + [model]))
        try cache.write(to: run.id, in: pool) {
          try $0.tag(key, history)
        } noting: {
          $0.set(tag: key, history)
        }
        return .empty
      },
    ]
  }

  private func keptModels(_ input: MLflowInput, _ prefix: String) throws -> [(String, String)] {
    try input.list("models").map { model in
      guard let id = model["model_id"]?.text else { throw MLflowError.invalid("each of 'models' needs a 'model_id'") }
      return (prefix + id, MLflowMapping.text(of: model))
    }
  }

  private func keep(_ values: [(String, String)], in run: RunSummary) throws {
    try cache.write(to: run.id, in: pool) { writer in
      for (key, value) in values { try writer.tag(RunSummary.reserved + key, value) }
    } noting: { summary in
      for (key, value) in values { summary.own[key] = value }
    }
  }

  private static func check(count: Int, of what: String, _ limit: Int) throws(MLflowError) {
    if count > limit {
      throw .invalid("A batch logging request can contain at most \(limit) \(what). Got \(count) \(what).")
    }
  }

  static func check(tag key: String, _ value: String) throws(MLflowError) {
    try MLflowNames.check(key, "tag")
    try MLflowNames.check(length: value, "value of tag '\(key)'", 8_000)
    if key.hasPrefix(RunSummary.reserved) {
      throw .invalid("Tags that begin with '\(RunSummary.reserved)' are the server's.")
    }
  }

  /// A run that is not deleted.
  func writable(_ id: String) throws -> RunSummary {
    let run = try run(id)
    if run.isDeleted {
      throw MLflowError.invalid("The run \(id) must be in the 'active' state. Current state is deleted.")
    }
    return run
  }

  private func log(
    to id: String, metrics: [LoggedMetric] = [], parameters: [(key: String, value: String)] = [],
    tags: [(key: String, value: String)] = []
  ) throws {
    for parameter in parameters {
      try MLflowNames.check(parameter.key, "param")
      try MLflowNames.check(length: parameter.value, "value of param '\(parameter.key)'", 6_000)
    }
    for tag in tags { try Self.check(tag: tag.key, tag.value) }
    let run = try writable(id)
    let values = try Self.values(of: parameters)
    try cache.write(to: run.id, in: pool) { writer in
      let series = Self.series(of: metrics)
      try Self.naming { () throws(StoreError) in
        try MLflowMapping.record(parameters: values, tags: tags, series: series, in: writer)
      }
    } noting: { summary in
      for (key, value) in values { summary.parameters[key] = Redaction.value(value, of: key).description }
      for tag in tags {
        if tag.key == "mlflow.runName" { summary.name = tag.value }
        summary.set(tag: tag.key, Redaction.tag(tag.value, of: tag.key))
      }
      summary.log(metrics)
    }
    // A point about a logged model is the model's too.
    for (id, metrics) in Dictionary(grouping: metrics.filter { $0.model != nil }, by: { $0.model! }) {
      let model = try model(id)
      try cache.write(to: model.id, in: pool) { writer in
        try writer.record(series: Self.series(of: metrics), episodes: [], histograms: [])
      } noting: {
        $0.log(metrics)
      }
    }
  }

  static func values(of parameters: [(key: String, value: String)]) throws -> [String: HyperparameterValue] {
    try naming { () throws(StoreError) in try MLflowMapping.values(of: parameters) }
  }

  /// What MLflow says of a parameter that has another value.
  private static func naming<Result>(_ body: () throws(StoreError) -> Result) throws -> Result {
    do throws(StoreError) {
      return try body()
    } catch {
      guard case .parameterIsSet(_, let name, let value, let wanted) = error else { throw error }
      throw changed(name, value, wanted)
    }
  }

  private static func changed(_ key: String, _ old: String, _ new: String) -> MLflowError {
    .invalid(
      "Changing param values is not allowed. Param with key='\(key)' was already logged with value='\(old)'. "
        + "Attempted logging new value '\(new)'.")
  }

  private static func series(of metrics: [LoggedMetric]) -> [Series] {
    var places: [String: Int] = [:]
    var series: [Series] = []
    for metric in metrics {
      if places[metric.key] == nil {
        places[metric.key] = series.count
        series.append(Series(metric: Metric(metric.key)))
      }
      let place = places[metric.key]!
      series[place].steps.append(metric.step)
      series[place].wallTimes.append(MLflowMapping.microseconds(metric.timestamp))
      series[place].values.append(metric.value)
    }
    return series
  }
}
