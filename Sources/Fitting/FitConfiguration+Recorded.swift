import Datasets
import Runs
import Settings
import Tracker

extension FitConfiguration {
  /// The configuration a run was started with, with some hyperparameters changed where `changes` has any.
  ///
  /// Throws `ConfigurationError` or `DataFileError` where its data are gone or have changed.
  init(of description: RunDescription, changes: [String: HyperparameterValue]) throws {
    let settings = RecordedSettings(description.protocolSettings)
    guard let data = try settings.text("data"), let hash = try settings.text("data-sha256") else {
      throw ConfigurationError("the run's record does not say what was fitted to which data")
    }
    let target = try settings.text("target")
    let file = try DataFile(recorded: settings, path: data, target: target)
    try Self.require(file, sha256: hash)
    let validationFile = try settings.text("validation-data").map {
      try DataFile(recorded: settings, path: $0, validatingWith: file)
    }
    if let validationFile { try Self.require(validationFile, sha256: settings.text("validation-data-sha256") ?? "") }
    try self.init(
      data: file, target: target, model: description.subject,
      task: settings.text("task").flatMap(PredictionTask.init(rawValue:)),
      validation: validationFile == nil ? settings.number("validation") : nil, validationData: validationFile,
      dropping: settings.decoded("drop") ?? [], weight: settings.text("weight"), group: settings.text("group"),
      unseenCategories: settings.text("unseen-categories").flatMap(UnseenCategories.init(rawValue:)) ?? .zeros,
      values: description.hyperparameters.merging(changes) { $1 })
    try read(settings)
  }

  private static func require(_ file: DataFile, sha256: String) throws(ConfigurationError) {
    guard file.sha256 == sha256 else {
      throw ConfigurationError(
        "the data '\(file.path)' have changed since the run was started (SHA-256 \(sha256.prefix(12))… then, "
          + "\(file.sha256.prefix(12))… now): restore the old file, or fit again")
    }
  }
}
