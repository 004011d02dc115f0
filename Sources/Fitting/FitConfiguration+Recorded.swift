import DataVersions
import Datasets
import Pipelines
import Runs
import Settings
import Tracker
import Validation

extension FitConfiguration {
  /// The configuration a run was started with. Its data are looked at when its learner is made.
  ///
  /// Throws `ConfigurationError` or `HyperparameterError` for a record that is incomplete or no longer works.
  public init(of description: RunDescription) throws {
    let settings = RecordedSettings(description.protocolSettings)
    guard let path = try settings.text("data"), try settings.text("data-sha256") != nil else {
      throw ConfigurationError("the run's record does not say what was fitted to which data")
    }
    let (target, group) = (try settings.text("target"), try settings.text("group"))
    let data = try DataReference(recorded: settings, path: path, target: target, group: group)
    let validation = try settings.text("validation-data").map {
      try DataReference(recorded: settings, path: $0, validating: data)
    }
    try self.init(
      data, target, task: settings.text("task").flatMap(PredictionTask.init(rawValue:)),
      quantiles: settings.decoded("quantiles"), model: description.subject,
      share: settings.number("validation") ?? 0, validation,
      folds: settings.integer("folds"), repeats: settings.integer("repeats") ?? 1,
      dropped: settings.decoded("drop") ?? [],
      weight: settings.text("weight"), group: group, time: settings.text("time"),
      pipeline: settings.decoded("pipeline", as: Pipeline.self),
      unseenCategories: settings.text("unseen-categories").flatMap(UnseenCategories.init(rawValue:)) ?? .zeros,
      values: description.hyperparameters)
    let test = try settings.number("test")
    let seed = try settings.integer("test-seed").map { UInt64(UInt(bitPattern: $0)) }
    try see(
      mostRows: settings.integer("rows"), settingAside: test.map { SetAside(share: $0, seed: seed ?? 0) })
    if try settings.flag("bag") == true { try bag() }
    if let share = try settings.number("screen") { try screen(share) }
    try judge(
      calibration: settings.text("calibrate").flatMap { CalibrationMethod(rawValue: $0) },
      costs: settings.text("cost").map { try MistakeCosts(text: $0) }, positive: settings.text("positive"))
    try read(settings)
  }

  /// Versions of data sets are looked for in `store`.
  public func located(in store: Store) -> FitConfiguration {
    var configuration = self
    configuration.sources = store
    let repository = DataRepository(store: store.path)
    if data.isVersion { configuration.data.repository = repository }
    if validationData?.isVersion == true { configuration.validationData?.repository = repository }
    return configuration
  }
}
