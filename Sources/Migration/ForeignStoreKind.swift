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
    if Folder.holds(path + "/mlflow.db") || MLflowFolder.isOne(path) || MLflowFolder.isOne(path + "/mlruns") {
      return .mlflow
    }
    return WandBFolder.isOne(path) ? .wandb : nil
  }

  package func open(_ path: String) throws(ImportError) -> any ForeignStore {
    switch self {
    case .wandb: return try WandBFolder(path)
    case .mlflow:
      if ForeignFile.kind(of: path) == .file { return try MLflowDatabase(path) }
      // The database knows the runs whose artifacts lie in `mlruns` beside it.
      if Folder.holds(path + "/mlflow.db") { return try MLflowDatabase(path + "/mlflow.db") }
      for folder in [path, path + "/mlruns"] where MLflowFolder.isOne(folder) { return MLflowFolder(folder) }
      throw ImportError(path: path, reason: "there is no experiment of MLflow's in it, nor an mlflow.db")
    }
  }

  private static func isDatabase(_ start: [UInt8]) -> Bool { start.starts(with: Array("SQLite format 3\0".utf8)) }
}
