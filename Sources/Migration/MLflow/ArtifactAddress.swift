/// Where clients of MLflow find artifacts: `mlflow-artifacts:/EXPERIMENT/RUN/artifacts/PATH`, which they turn into paths of
/// this server.
package struct ArtifactAddress: Hashable {
  package static let scheme = "mlflow-artifacts:/"
  /// Logged models have ids of their own: this, then the id of the run that stands for one.
  package static let modelPrefix = "m-"

  /// The run that has the artifact.
  package var run: String
  /// Empty for the folder of all.
  package var path: String

  /// nil for what is no such path.
  package init?(path: String) {
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

  /// Where all artifacts of a run or a logged model are.
  package static func root(of id: String, inExperiment number: String, isModel: Bool) -> String {
    isModel
      ? "\(scheme)\(number)/models/\(modelPrefix)\(id)/artifacts" : "\(scheme)\(number)/\(id)/artifacts"
  }
}
