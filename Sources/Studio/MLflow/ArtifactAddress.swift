import Tracker

/// Where clients of MLflow find artifacts: `mlflow-artifacts:/EXPERIMENT/RUN/artifacts/PATH`, which they turn into paths of
/// this server.
struct ArtifactAddress: Hashable {
  static let scheme = "mlflow-artifacts:/"
  /// Logged models have ids of their own: this, then the id of the run that stands for one.
  static let modelPrefix = "m-"

  /// The run that has the artifact.
  var run: String
  /// Empty for the folder of all.
  var path: String

  /// nil for what is no such path.
  init?(path: String) {
    var parts = path.split(separator: "/").map(String.init)
    guard parts.count >= 3 else { return nil }
    parts.removeFirst()
    let id: String
    if parts[0] == "models" {
      guard parts.count >= 3, parts[1].hasPrefix(Self.modelPrefix) else { return nil }
      id = String(parts[1].dropFirst(Self.modelPrefix.count))
      parts.removeFirst()
    } else {
      id = parts[0]
    }
    guard parts[1] == "artifacts" else { return nil }
    run = id
    self.path = parts[2...].joined(separator: "/")
  }

  /// Whether it is the artifact called `name`, or a folder that the artifact is in.
  func covers(_ name: String) -> Bool { path.isEmpty || name == path || name.hasPrefix(path + "/") }

  static func root(of run: RunSummary) -> String {
    let experiment = run.experimentNumber
    return run.isModel
      ? "\(scheme)\(experiment)/models/\(modelPrefix)\(run.id)/artifacts" : "\(scheme)\(experiment)/\(run.id)/artifacts"
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
