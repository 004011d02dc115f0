import Formats
import Foundation
import Migration
import Testing
import Tracker

@testable import Studio

/// Runs that were imported from MLflow, asked for by MLflow's clients.
@Suite struct `imported runs of MLflow` {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Goldens/recorded/mlflow")

  private static func server(with store: String) throws -> MLflowServer {
    let server = try MLflowServer()
    _ = try RunMigration(into: server.store).take(ForeignStoreKind.mlflow.open(folder.appending(path: store).path))
    return server
  }

  private static func recorded(_ store: String) throws -> JSONValue {
    let bytes = Array(try Data(contentsOf: folder.appending(path: "read.json")))
    return try #require(JSONValue(bytes)?[store])
  }

  /// Metrics with all but their last points left out, parameters and tags of a run, by name.
  private static func pairs(_ list: JSONValue?) -> [String: JSONValue] {
    Dictionary((list?.list ?? []).compactMap { pair in pair["key"]?.text.map { ($0, pair["value"] ?? .null) } }) { $1 }
  }

  private static func members(_ object: JSONValue?) -> [String: JSONValue] {
    guard case .object(let members)? = object else { return [:] }
    return Dictionary(members.map { ($0.name, $0.value) }) { $1 }
  }

  @Test(arguments: ["mlruns", "mlflow.db"])
  func `clients see of a run what they saw in MLflow`(store: String) throws {
    let server = try Self.server(with: store)
    let runs = Self.members(try Self.recorded(store)["runs"])
    #expect(runs.count == 6)
    for (name, known) in runs {
      let id = try #require(known["id"]?.text)
      let run = try #require(try server.get("runs/get", "run_id=\(id)").value["run"])
      #expect(run["info"]?["run_name"] == .text(name))
      for (field, member) in [("status", "status"), ("start_time", "start"), ("user_id", "user")] {
        #expect(run["info"]?[field] == known[member], "\(name) \(field)")
      }
      #expect((run["info"]?["end_time"] ?? .null) == known["end"])
      #expect(run["info"]?["lifecycle_stage"] == known["stage"])
      #expect(Self.pairs(run["data"]?["params"]) == Self.members(known["params"]))
      #expect(Self.pairs(run["data"]?["tags"]) == Self.members(known["tags"]))
      #expect(Set(Self.pairs(run["data"]?["metrics"]).keys) == Set(Self.members(known["latest"]).keys))
    }
    let found = try server.search(ExperimentNumber.of("digits / 1"), "datasets.name = 'train'")
    #expect(found == ["parent"])
  }

  @Test(arguments: ["mlruns", "mlflow.db"])
  func `a registered model's files are found`(store: String) throws {
    let server = try Self.server(with: store)
    let answer = try server.get("registered-models/alias", "name=digits-net&alias=champion").value["model_version"]
    let model = try #require(answer?["model_id"]?.text)
    let listing = try server.get("logged-models/\(model)/artifacts/directories", "")
    #expect(listing.value["files"]?.list?.map { $0["path"]?.text } == ["MLmodel"])
    let address = try server.get("model-versions/get-download-uri", "name=digits-net&version=1").value["artifact_uri"]
    let path = try #require(address?.text?.dropFirst(ArtifactAddress.scheme.count))
    let place = try #require(ArtifactAddress(path: String(path)))
    #expect(place.path == "deep")
    let files = try server.get("artifacts/list", "run_id=\(place.run)&path=\(place.path)").value["files"]?.list
    #expect(files?.map { $0["path"]?.text } == ["deep/er folder", "deep/empty.bin"])
  }

  /// The record in the store too, but for its id and when it was written.
  @Test func `a run that was imported is the run that would have been logged here`() throws {
    let server = try Self.server(with: "mlruns")
    let known = Self.members(try Self.recorded("mlruns")["runs"])["parent"]
    let number = ExperimentNumber.of("digits / 1")
    let created = try server.post(
      "runs/create",
      #"{"experiment_id":"\#(number)","run_name":"parent","start_time":1700000000000,"user_id":"ada","tags":["#
        + Self.members(known?["tags"]).filter { $0.key != "mlflow.runName" }.map { tag in
          #"{"key":"\#(tag.key)","value":\#(MLflowMapping.text(of: tag.value))}"#
        }.joined(separator: ",") + "]}")
    let id = try #require(created.value["run"]?["info"]?["run_id"]?.text)
    let parameters = Self.members(known?["params"]).map { parameter in
      #"{"key":"\#(parameter.key)","value":\#(MLflowMapping.text(of: parameter.value))}"#
    }
    _ = try server.post("runs/log-batch", #"{"run_id":"\#(id)","params":[\#(parameters.joined(separator: ","))]}"#)
    for (step, value) in ["1.0", "0.1", "\"NaN\"", "\"Infinity\"", "\"-Infinity\""].enumerated() {
      let time = 1_700_000_000_000 + 10 * step
      _ = try server.post(
        "runs/log-metric",
        #"{"run_id":"\#(id)","key":"train/loss","value":\#(value),"timestamp":\#(time),"step":\#(step)}"#)
    }
    _ = try server.post(
      "runs/log-inputs",
      #"{"run_id":"\#(id)","datasets":[{"tags":[{"key":"mlflow.data.context","value":"training"}],"dataset":"#
        + #"{"name":"train","digest":"abc123","source_type":"local","source":"{\"uri\": \"train.csv\"}","#
        + #""schema":"{\"a\": \"long\"}","profile":"{\"num_rows\": 3}"}}]}"#)
    _ = try server.post("runs/update", #"{"run_id":"\#(id)","status":"FINISHED","end_time":1700000001000}"#)
    let logged = try server.store.load(id)
    let imported = try server.store.load(try #require(known?["id"]?.text))
    var (one, other) = (logged.description, imported.description)
    // A client says what it is; inputs come after the start.
    one.surroundings.programVersion = other.surroundings.programVersion
    (one.tags, other.tags) = ([:], [:])
    #expect(one == other)
    #expect(logged.tags == imported.tags.filter { !$0.key.contains("model-output") })
    #expect(logged.parameters == imported.parameters)
    #expect(logged.status == imported.status && logged.end == imported.end)
    let (a, b) = (try #require(logged.series.first), imported.series.first { $0.metric == "train/loss" })
    #expect(a.steps[...] == b?.steps[..<5] && a.wallTimes[...] == b?.wallTimes[..<5])
    #expect(a.values.map(\.bitPattern) == b?.values[..<5].map(\.bitPattern))
  }
}
