import Foundation
import TestSupport
import Testing
import Tracker

@testable import Migration

/// What `Tests/Goldens/mlflow_stores.py` and `wandb_runs.py` wrote, and what the programs themselves read in it.
enum Recorded {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Goldens/recorded")

  static func path(_ name: String) -> String { root.appending(path: name).path }

  static func json(_ name: String) throws -> [String: Any] {
    let data = try Data(contentsOf: root.appending(path: name))
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  static let mlflow = ["mlruns", "mlflow.db"]
}

/// A store of its own, into which is imported.
struct Imported {
  let folder = TemporaryFolder()
  let store: Store

  init() throws { store = try Store(path: folder.path, create: true) }

  @discardableResult
  func take(_ path: String, experiment: String? = nil) throws -> (report: RunMigration.Report, losses: [String]) {
    let kind = try #require(ForeignStoreKind.recognised(at: path))
    var losses: [String] = []
    let migration = RunMigration(into: store, experiment: experiment, onLoss: { losses.append($0) })
    return (try migration.take(kind.open(path)), losses)
  }

  func run(named name: String) throws -> RunRecord {
    let runs = try store.runs(includingDeleted: true)
    return try #require(runs.first { $0.description.name == name }, "\(name)")
  }
}
