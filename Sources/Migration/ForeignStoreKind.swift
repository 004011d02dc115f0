import Files
import Formats
import Interchange

/// The kinds of other trackers' stores.
package enum ForeignStoreKind: String, CaseIterable, Sendable {
  case mlflow, wandb

  /// What lies at `path`; nil for what is none of them.
  package static func recognised(at path: String) -> ForeignStoreKind? {
    switch ForeignFile.kind(of: path) {
    case .folder: break
    case .file:
      let start = (try? ForeignFile.bytes(path, prefix: 16)) ?? []
      return isDatabase(start) ? .mlflow : RecordLog.isOne(start) || path.hasSuffix(".wandb") ? .wandb : nil
    default: return nil
    }
    if database(of: path) != nil || MLflowFolder.isOne(path) || MLflowFolder.isOne(path + "/mlruns") { return .mlflow }
    return WandBFolder.isOne(path) ? .wandb : nil
  }

  package func open(_ path: String) throws(ImportError) -> any ForeignStore {
    switch self {
    case .wandb: return try WandBFolder(path)
    case .mlflow:
      if ForeignFile.kind(of: path) == .file { return try MLflowDatabase(path) }
      if let database = Self.database(of: path) { return try MLflowDatabase(database) }
      for folder in [path, path + "/mlruns"] where MLflowFolder.isOne(folder) { return MLflowFolder(folder) }
      throw ImportError(path: path, reason: "there is no experiment of MLflow's in it, nor an mlflow.db")
    }
  }

  /// The database that knows the runs of a folder: in it, or beside one that has nothing but artifacts.
  private static func database(of folder: String) -> String? {
    if Folder.holds(folder + "/mlflow.db") { return folder + "/mlflow.db" }
    guard ["mlruns", "mlartifacts"].contains(folder.split(separator: "/").last), !MLflowFolder.isOne(folder) else {
      return nil
    }
    let beside = folder + "/../mlflow.db"
    return Folder.holds(beside) ? beside : nil
  }

  private static func isDatabase(_ start: [UInt8]) -> Bool { start.starts(with: Array("SQLite format 3\0".utf8)) }
}
