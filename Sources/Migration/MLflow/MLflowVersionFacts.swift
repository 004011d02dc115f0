/// A version of a registered model, with its source where an import puts the files.
enum MLflowVersionFacts {
  /// What a store of MLflow's calls the stage of a version that was deleted.
  static let deletedStage = "Deleted_Internal"

  /// Sources in an imported run's artifacts, or a logged model's, become addresses of this store's. `experiments`: the
  /// experiments of runs and models by their ids.
  static func relocated(
    _ version: RegisteredModel.Version, experiments: [String: String]
  ) -> RegisteredModel.Version {
    var version = version
    if version.model == nil, version.source.hasPrefix("models:/m-") {
      version.model = String(version.source.dropFirst("models:/".count))
    }
    if let model = version.model, let experiment = experiments[model] {
      version.storage = ArtifactAddress.root(
        of: MLflowRunFacts.bare(model, isModel: true), inExperiment: ExperimentNumber.of(experiment), isModel: true)
    } else if let run = version.run, let experiment = experiments[run],
      let path = path(in: version.source, behind: "/\(run)/artifacts")
    {
      version.source =
        ArtifactAddress.root(of: run, inExperiment: ExperimentNumber.of(experiment), isModel: false) + path
      version.storage = version.source
    }
    return version
  }

  private static func path(in source: String, behind root: String) -> String? {
    guard let range = source.firstRange(of: root) else { return nil }
    let rest = source[range.upperBound...]
    return rest.isEmpty || rest.first == "/" ? String(rest) : nil
  }
}
