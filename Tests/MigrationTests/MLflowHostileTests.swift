import Foundation
import Interchange
import Telemetry
import TestSupport
import Testing

@testable import Migration
@testable import Tracker

/// Stores that are damaged, foreign or written by somebody who means harm.
@Suite struct `Hostile stores of MLflow` {
  /// A folder of one experiment and one run, to be spoilt.
  private struct Spoilt {
    let folder = TemporaryFolder()
    let run: String

    init() throws {
      run = folder.path + "/1/aa"
      for part in ["params", "metrics", "tags", "artifacts"] { try make(run + "/" + part) }
      try write("name: e\nexperiment_id: '1'\nlifecycle_stage: active\n", folder.path + "/1/meta.yaml")
      try write("run_id: aa\nrun_name: r\nstatus: 3\nstart_time: 1000\nend_time: 2000\n", run + "/meta.yaml")
    }

    func make(_ path: String) throws {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    func write(_ text: String, _ path: String) throws { try writeBytes(Array(text.utf8), path) }
  }

  @Test func `lines that are no points are counted, the others kept`() throws {
    let spoilt = try Spoilt()
    try spoilt.write(
      "1 0.5 0\nrubbish\n2 x 1\n3 1 9999999999999999999999\n4 1.5 2\n\n5 2.5\n9223372036854775807 1 3",
      spoilt.run + "/metrics/loss")
    let imported = try Imported()
    let (report, losses) = try imported.take(spoilt.folder.path)
    #expect(report.imported == ["aa"] && losses == ["\(spoilt.run)/metrics/loss: 3 lines are no points, left out."])
    let series = try imported.store.load("aa").series[0]
    #expect(series.values == [0.5, 1.5, 2.5, 1] && series.steps == [0, 2, 0, 3])
    #expect(series.wallTimes == [1_000, 4_000, 5_000, .max])
  }

  @Test func `links are not followed`() throws {
    let spoilt = try Spoilt()
    try FileManager.default.createSymbolicLink(
      atPath: spoilt.run + "/artifacts/passwd", withDestinationPath: "/etc/passwd")
    let (report, losses) = try Imported().take(spoilt.folder.path)
    #expect(report.artifacts == 0 && losses == ["\(spoilt.run)/artifacts/passwd is a link or no file, left out."])
  }

  @Test func `a run that cannot be read is left out whole, the others are not`() throws {
    let spoilt = try Spoilt()
    try spoilt.make(spoilt.folder.path + "/1/bb")
    try spoilt.write("run_id: [unclosed\n", spoilt.folder.path + "/1/bb/meta.yaml")
    let imported = try Imported()
    let (report, _) = try imported.take(spoilt.folder.path)
    #expect(report.imported == ["aa"])
    #expect(report.failures.count == 1 && report.failures[0].contains("/1/bb/meta.yaml, line"))
    #expect(try imported.store.identifiers() == ["aa"])
  }

  @Test func `an experiment that cannot be read and an id that is none cost themselves alone`() throws {
    let spoilt = try Spoilt()
    for folder in ["/2", "/1/a b", "/1/\(String(repeating: "c", count: 70))", "/models/m/version-1"] {
      try spoilt.make(spoilt.folder.path + folder)
      try spoilt.write("status: 3\n", spoilt.folder.path + folder + "/meta.yaml")
    }
    try spoilt.write("name: m\n", spoilt.folder.path + "/models/m/meta.yaml")
    let imported = try Imported()
    let (report, _) = try imported.take(spoilt.folder.path)
    #expect(report.imported == ["aa"] && report.failures.count == 4)
    let parts = ["/2/meta.yaml: there is no name in it", "'a b' cannot be the id of a run", "number is missing"]
    for part in parts {
      #expect(report.failures.contains { $0.contains(part) }, "\(part)")
    }
  }

  @Test func `runs that are each other's parts are imported`() throws {
    let spoilt = try Spoilt()
    try spoilt.make(spoilt.folder.path + "/1/bb/tags")
    try spoilt.write("run_id: bb\nstatus: 3\n", spoilt.folder.path + "/1/bb/meta.yaml")
    try spoilt.write("bb", spoilt.run + "/tags/mlflow.parentRunId")
    try spoilt.write("aa", spoilt.folder.path + "/1/bb/tags/mlflow.parentRunId")
    let (report, _) = try Imported().take(spoilt.folder.path)
    #expect(report.imported.sorted() == ["aa", "bb"])
  }

  @Test func `tags of the program's own are left out`() throws {
    let spoilt = try Spoilt()
    try spoilt.write("x", spoilt.run + "/tags/rlrun.mlflow.status")
    let imported = try Imported()
    let (_, losses) = try imported.take(spoilt.folder.path)
    #expect(losses.count == 1)
    #expect(try imported.store.load("aa").tags["rlrun.mlflow.status"] == nil)
  }

  @Test func `times and statuses of any size do not trap`() throws {
    let spoilt = try Spoilt()
    try spoilt.write(
      "run_id: aa\nstatus: 99999999999999999999\nstart_time: 9223372036854775807\nend_time: -9223372036854775808\n",
      spoilt.run + "/meta.yaml")
    let imported = try Imported()
    #expect(try imported.take(spoilt.folder.path).report.imported == ["aa"])
    #expect(try imported.store.load("aa").status == .open)
  }

  @Test func `artifacts are looked for under the run's id alone`() {
    let id = "0a1b"
    #expect(ArtifactPlace("file:///etc", of: id, beside: "/x") == .elsewhere)
    #expect(ArtifactPlace("file:///a/../0a1b/artifacts", of: id, beside: "/x") == .elsewhere)
    #expect(ArtifactPlace("s3://bucket/0a1b/artifacts", of: id, beside: "/x") == .elsewhere)
    #expect(ArtifactPlace("file:///nowhere/0a1b/artifacts", of: id, beside: "/x") == .nowhere)
  }

  @Test func `a database of something else is refused in a sentence`() throws {
    let folder = TemporaryFolder()
    try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
    try writeBytes(Array("SQLite format 3\0 and then nothing".utf8), folder.path + "/a.db")
    #expect(throws: ImportError.self) { try ForeignStoreKind.mlflow.open(folder.path + "/a.db") }
    #expect(throws: ImportError.self) { try ForeignStoreKind.mlflow.open(folder.path) }
    #expect(throws: ImportError.self) { try ForeignStoreKind.wandb.open(folder.path) }
    let shop = Recorded.path("sources/shop.db")
    #expect(throws: ImportError(path: shop, reason: "this is a database of SQLite, but not MLflow's")) {
      try ForeignStoreKind.mlflow.open(shop)
    }
  }

  @Test func `parents stand before their parts`() {
    func outline(_ id: String, _ parent: String?) -> ForeignOutline {
      ForeignOutline(id: id, identifiers: [id], parent: parent, place: "")
    }
    let order = RunMigration.parentsFirst([outline("c", "b"), outline("b", "a"), outline("a", nil), outline("d", "x")])
    #expect(order.map(\.id) == ["a", "b", "c", "d"])
    let ring = RunMigration.parentsFirst([outline("a", "b"), outline("b", "a")])
    #expect(ring.map(\.id) == ["b", "a"])
  }

  @Test func `changed bytes of a database never trap`() throws {
    let whole = readBytes(Recorded.path("mlflow/mlflow.db"))
    let folder = TemporaryFolder()
    try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
    var fuzz = Fuzz(seed: 81)
    var opened = 0
    for _ in 0..<max(10, Fuzz.rounds / 40) {
      var bytes = whole
      fuzz.change(&bytes)
      try writeBytes(bytes, folder.path + "/mlflow.db")
      guard let database = try? MLflowDatabase(folder.path + "/mlflow.db") else { continue }
      opened += 1
      _ = try? database.experiments()
      _ = try? database.registeredModels()
      for outline in (try? database.outlines()) ?? [] { _ = try? database.load(outline) }
    }
    #expect(opened > 0)
  }

  @Test func `changed bytes of metrics and of meta files never trap`() throws {
    var fuzz = Fuzz(seed: 82)
    let spoilt = try Spoilt()
    for _ in 0..<Fuzz.rounds {
      var bytes = Array("1700000000000 0.25 7\n1700000000001 nan 8\n1700000000002 -inf -9\n".utf8)
      fuzz.change(&bytes, words: Fuzz.numbers)
      var series = Series(metric: "a")
      _ = MLflowMetricFile.read(bytes, into: &series)
      #expect(series.steps.count == series.values.count && series.values.count == series.wallTimes.count)
    }
    for _ in 0..<Fuzz.rounds / 20 {
      var bytes = Array("run_id: aa\nrun_name: r\nstatus: 3\nstart_time: 1000\nend_time: 2000\n".utf8)
      fuzz.change(&bytes, words: Fuzz.numbers + ["\n", ": ", "&a ", "*a", "- "])
      try writeBytes(bytes, spoilt.run + "/meta.yaml")
      let outlines = try? MLflowFolder(spoilt.folder.path).outlines()
      for outline in outlines ?? [] { _ = try? MLflowFolder(spoilt.folder.path).load(outline) }
    }
  }
}
