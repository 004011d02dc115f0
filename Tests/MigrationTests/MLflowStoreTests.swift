import Foundation
import Settings
import Telemetry
import TestSupport
import Testing

@testable import Migration
@testable import Tracker

/// Stores that MLflow wrote, against what MLflow's own client read in them.
@Suite struct `Stores of MLflow` {
  private static func read(_ store: String, _ part: String) throws -> [String: [String: Any]] {
    let all = try #require(try Recorded.json("mlflow/read.json")[store] as? [String: Any])
    return try #require(all[part] as? [String: [String: Any]])
  }

  @Test(arguments: Recorded.mlflow)
  func `every run is imported as MLflow's client sees it`(store: String) throws {
    let imported = try Imported()
    let (report, losses) = try imported.take(Recorded.path("mlflow/" + store))
    let expected = try Self.read(store, "runs")
    #expect(expected.count == 6 && report.imported.count == 7 && report.failures.isEmpty && losses.isEmpty)
    for (name, run) in expected {
      let record = try imported.run(named: name)
      #expect(record.id == run["id"] as? String)
      #expect(record.description.experiment == run["experiment"] as? String)
      let statuses = ["FINISHED": RunStatus.finished, "FAILED": .failed, "KILLED": .interrupted, "RUNNING": .open]
      #expect(record.status == (run["status"] as? String).flatMap { statuses[$0] }, "\(name)")
      #expect(record.description.start == (run["start"] as? Int64).map { $0 * 1_000 })
      #expect(record.end == (run["end"] as? Int64).map { $0 * 1_000 })
      #expect(record.parameters.mapValues(\.description) == run["params"] as? [String: String])
      let tags = record.tags.filter { !$0.key.hasPrefix(MLflowMapping.reserved) }
      #expect(tags == run["tags"] as? [String: String])
      try Self.expectPoints(of: record, run)
    }
  }

  private static func expectPoints(of record: RunRecord, _ run: [String: Any]) throws {
    let history = try #require(run["history"] as? [String: [[Any]]])
    #expect(Set(record.series.map(\.metric.name)) == Set(history.keys))
    for series in record.series {
      let points = try #require(history[series.metric.name])
      #expect(series.steps == points.map { $0[0] as? Int })
      #expect(series.wallTimes == points.map { ($0[1] as? Int64).map { $0 * 1_000 } })
      for (value, point) in zip(series.values, points) {
        let known = try #require((point[2] as? String).flatMap(Double.init))
        // MLflow's SQL store gives infinities back as the largest numbers.
        let meant = known.magnitude == .greatestFiniteMagnitude ? (known < 0 ? -Double.infinity : .infinity) : known
        #expect(value == meant || value.isNaN && meant.isNaN)
      }
    }
  }

  @Test(arguments: Recorded.mlflow)
  func `deleted runs are deleted, deleted experiments archived, notes kept`(store: String) throws {
    let imported = try Imported()
    try imported.take(Recorded.path("mlflow/" + store))
    #expect(try imported.run(named: "deleted").isDeleted)
    for name in ["parent", "lost"] { #expect(try !imported.run(named: name).isDeleted) }
    let experiments = try imported.store.experiments()
    #expect(experiments.map(\.name) == ["digits / 1", "old"])
    #expect(experiments.map(\.isArchived) == [false, true])
    #expect(experiments[0].tags == ["team": "vision", "mlflow.note.content": "Digits, *small*."])
    // As MLflow has it, years after the runs' own times.
    #expect(experiments[0].created >= 1_700_000_000_000_000)
  }

  @Test(arguments: Recorded.mlflow)
  func `nested runs are parts of their parents`(store: String) throws {
    let imported = try Imported()
    try imported.take(Recorded.path("mlflow/" + store))
    let (parent, child) = (try imported.run(named: "parent"), try imported.run(named: "child"))
    #expect(child.description.parent == parent.id)
    #expect(parent.description.parent == nil)
    #expect(try imported.run(named: "net").description.parent == parent.id)
  }

  @Test(arguments: Recorded.mlflow)
  func `artifacts are copied with their folders`(store: String) throws {
    let imported = try Imported()
    let (report, _) = try imported.take(Recorded.path("mlflow/" + store))
    let parent = try imported.run(named: "parent")
    #expect(parent.artifacts.map(\.name) == ["deep/empty.bin", "deep/er folder/notes.txt", "notes.txt"])
    #expect(try imported.store.artifactBytes(parent.artifacts[1]) == Array("hello\n".utf8))
    #expect(try imported.run(named: "net").artifacts.map(\.name) == ["MLmodel"])
    #expect(report.artifacts == 4)
  }

  @Test(arguments: Recorded.mlflow)
  func `data sets and models that a run read and made are kept`(store: String) throws {
    let imported = try Imported()
    try imported.take(Recorded.path("mlflow/" + store))
    let model = try #require(try Recorded.json("mlflow/read.json")[store] as? [String: Any])["logged"]
    let id = try #require((model as? [String: Any])?["id"] as? String)
    let tags = try imported.run(named: "parent").tags
    let dataset =
      #"{"tags":[{"key":"mlflow.data.context","value":"training"}],"dataset":{"name":"train","digest":"abc123","#
      + #""source_type":"local","source":"{\"uri\": \"train.csv\"}","schema":"{\"a\": \"long\"}","#
      + #""profile":"{\"num_rows\": 3}"}}"#
    #expect(tags["rlrun.mlflow.dataset.train.abc123"] == dataset)
    #expect(tags["rlrun.mlflow.model-output.\(id)"] == #"{"model_id":"\#(id)","step":4}"#)
    #expect(try imported.run(named: "child").tags["rlrun.mlflow.model-input.\(id)"] == #"{"model_id":"\#(id)"}"#)
    let logged = try imported.run(named: "net")
    #expect("m-" + logged.id == id)
    #expect(logged.description.kind == .loggedModel)
    #expect(logged.parameters == ["depth": .integer(2)])
    #expect(logged.tags["kind"] == "mlp")
    #expect(logged.tags["rlrun.mlflow.status"] == "LOGGED_MODEL_READY")
    #expect(logged.series.map(\.metric) == ["model_acc"] && logged.series[0].values == [0.75])
    #expect(logged.status == .finished)
  }

  @Test(arguments: Recorded.mlflow)
  func `registered models come with versions, aliases, stages and tags`(store: String) throws {
    let imported = try Imported()
    let (report, _) = try imported.take(Recorded.path("mlflow/" + store))
    #expect(report.models == 2)
    let registry = ModelRegistry(store: imported.store.path)
    let expected = try Self.read(store, "models")
    #expect(try registry.all().map(\.name) == expected.keys.sorted())
    let model = try #require(try registry.find("digits-net"))
    #expect(model.text == "Reads digits." && model.tags == ["owner": "ada"] && model.aliases == ["champion": 2])
    #expect(model.versions.map(\.number) == [1, 2] && model.lastNumber == 3)
    let parent = try imported.run(named: "parent").id
    let number = ExperimentNumber.of("digits / 1")
    #expect(model.versions[0].source == "mlflow-artifacts:/\(number)/\(parent)/artifacts/deep")
    #expect(model.versions[0].stage == "Staging" && model.versions[0].text == "first")
    #expect(model.versions[0].tags == ["ok": "no"] && model.versions[0].run == parent)
    let logged = try imported.run(named: "net").id
    #expect(model.versions[1].model == "m-\(logged)")
    #expect(model.versions[1].storage == "mlflow-artifacts:/\(number)/models/m-\(logged)/artifacts")
  }

  @Test(arguments: Recorded.mlflow)
  func `importing again adds nothing`(store: String) throws {
    let imported = try Imported()
    try imported.take(Recorded.path("mlflow/" + store))
    let before = try imported.store.stamps()
    let (report, _) = try imported.take(Recorded.path("mlflow/" + store))
    #expect(report.imported.isEmpty && report.present == 7 && report.models == 0)
    #expect(try imported.store.stamps() == before)
  }

  @Test func `the folder and the database give the same runs`() throws {
    let (one, other) = (try Imported(), try Imported())
    try one.take(Recorded.path("mlflow/mlruns"))
    try other.take(Recorded.path("mlflow/mlflow.db"))
    for name in try Self.read("mlruns", "runs").keys {
      let (left, right) = (try one.run(named: name), try other.run(named: name))
      #expect(left.parameters == right.parameters && left.status == right.status && left.end == right.end)
      #expect(left.isDeleted == right.isDeleted)
      #expect(left.artifacts.map(\.sha256) == right.artifacts.map(\.sha256))
      #expect(left.series.map(\.metric) == right.series.map(\.metric))
      for (a, b) in zip(left.series, right.series) {
        #expect(a.steps == b.steps && a.wallTimes == b.wallTimes)
        #expect(
          a.values.map(\.description).map { $0 == "-0.0" ? "0.0" : $0 }
            == b.values.map(\.description).map { $0 == "-0.0" ? "0.0" : $0 })
      }
    }
  }

  @Test func `an import that is interrupted leaves whole runs, and the next goes on`() throws {
    let imported = try Imported()
    let store = MLflowFolder(Recorded.path("mlflow/mlruns"))
    var interruptions = 0
    for limit in 1...40 {
      var asked = 0
      let migration = RunMigration(
        into: imported.store,
        isInterrupted: {
          asked += 1
          return asked > limit
        })
      let report = try migration.take(store)
      for id in try imported.store.identifiers() {
        #expect(try imported.store.load(id, includingDeleted: true).condition == .sound)
      }
      let folders = try FileManager.default.subpathsOfDirectory(atPath: imported.folder.path)
      #expect(!folders.contains { $0.contains(".incoming-") })
      if !report.wasInterrupted { break }
      interruptions += 1
    }
    #expect(interruptions > 1)
    #expect(try imported.store.identifiers().count == 7)
    #expect(try imported.run(named: "parent").artifacts.count == 3)
  }

  @Test func `an experiment of one's own takes all runs`() throws {
    let imported = try Imported()
    try imported.take(Recorded.path("mlflow/mlruns"), experiment: "mine")
    #expect(try Set(imported.store.runs(includingDeleted: true).map(\.description.experiment)) == ["mine"])
  }

  @Test func `stores are recognised by what is in them`() throws {
    #expect(ForeignStoreKind.recognised(at: Recorded.path("mlflow")) == .mlflow)
    #expect(ForeignStoreKind.recognised(at: Recorded.path("mlflow/mlruns")) == .mlflow)
    // The database beside the folder of artifacts knows the runs.
    let artifacts = Recorded.path("mlflow/mlartifacts")
    #expect(ForeignStoreKind.recognised(at: artifacts) == .mlflow)
    #expect(try ForeignStoreKind.mlflow.open(artifacts) is MLflowDatabase)
    #expect(ForeignStoreKind.recognised(at: Recorded.path("wandb")) == .wandb)
    #expect(ForeignStoreKind.recognised(at: Recorded.path("wandb/wandb")) == .wandb)
    #expect(ForeignStoreKind.recognised(at: Recorded.path("trackers")) == nil)
    #expect(ForeignStoreKind.recognised(at: Recorded.path("trackers/progress.csv")) == nil)
  }
}
