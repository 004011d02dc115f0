import Migration
import Tracker

extension ArtifactAddress {
  /// Whether it is the artifact called `name`, or a folder that the artifact is in.
  func covers(_ name: String) -> Bool { path.isEmpty || name == path || name.hasPrefix(path + "/") }

  static func root(of run: RunSummary) -> String {
    root(of: run.id, inExperiment: run.experimentNumber, isModel: run.isModel)
  }
}

/// Files of a run as folders.
struct ArtifactListing {
  struct Item {
    var name: String
    /// nil for a folder.
    var size: Int?
  }

  /// What is directly in `folder`, folders first; the folder itself is empty for the root.
  static func items(of artifacts: [ArtifactRecord], in folder: String) -> [Item] {
    let start = folder.isEmpty ? "" : folder + "/"
    var (folders, files): (Set<String>, [String: Int]) = ([], [:])
    for artifact in artifacts where artifact.name.hasPrefix(start) {
      let rest = artifact.name.dropFirst(start.count)
      if let slash = rest.firstIndex(of: "/") {
        folders.insert(String(rest[..<slash]))
      } else if !rest.isEmpty {
        files[String(rest)] = artifact.size
      }
    }
    return folders.sorted().map { Item(name: $0, size: nil) }
      + files.sorted { $0.key < $1.key }.map { Item(name: $0.key, size: $0.value) }
  }
}
