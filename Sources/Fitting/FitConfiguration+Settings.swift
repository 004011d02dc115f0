import DataVersions
import Datasets
import Runs
import Settings
import Tracker

// What a run's record keeps of a fit, and what of it makes two fits different.
extension FitConfiguration: RunConfiguration {
  public static let kind = RunKind.fit
  public static let unit = StepUnit.epochs

  public static let settings: [Setting<FitConfiguration>] =
    ([
      // Where data lie, and what is understood of each column, which follows from them and from what was asked for, make
      // no difference.
      .derived("data", isOfIdentity: false) { .text($0.data.path) },
      .derived("data-sha256") { .text($0.data.sha256) },
      .derived("data-rows") { .integer($0.data.rows) },
      .derived("header") { .flag($0.data.format.hasHeader) },
      .derived("delimiter") { .text(String($0.data.format.delimiter)) },
      .derived("validation") { .number($0.validation) },
      .derived("split") { .text($0.split) },
      .derived("folds") { $0.folds.map { .integer($0) } },
      .derived("repeats") { $0.repeats > 1 ? .integer($0.repeats) : nil },
      .derived("bag") { $0.isBagged ? .flag(true) : nil },
      .derived("screen") { $0.screening.map { .number($0) } },
      .derived("test") { $0.setAside.map { .number($0.share) } },
      .derived("test-seed") { $0.setAside.map { .integer(Int(bitPattern: UInt($0.seed))) } },
      .derived("rows") { $0.mostRows.map { .integer($0) } },
      .derived("calibrate") { $0.calibration.map { .text($0.rawValue) } },
      .derived("cost") { $0.costs.map { .text($0.text) } },
      .derived("positive") { $0.positive.map { .text($0) } },
      .derived("unseen-categories") { .text($0.unseenCategories.rawValue) },
      .derived("reading", isOfIdentity: false) { $0.data.recordedReading },
      .derived("target") { $0.target.map { .text($0) } },
      .derived("task") { $0.task.map { .text($0.rawValue) } },
      .derived("quantiles") { $0.quantiles.map { .json($0) } },
      .derived("drop") { $0.dropped.isEmpty ? nil : .json($0.dropped) },
      .derived("pipeline") { $0.pipeline.map { .json($0) } },
      .derived("weight") { $0.weight.map { .text($0) } },
      .derived("group") { $0.group.map { .text($0) } },
      .derived("time") { $0.time.map { .text($0) } },
      .derived("validation-data", isOfIdentity: false) { $0.validationData.map { .text($0.path) } },
      .derived("validation-data-sha256") { $0.validationData.map { .text($0.sha256) } },
      .derived("validation-data-rows") { $0.validationData.map { .integer($0.rows) } },
      .derived("validation-reading", isOfIdentity: false) { fit in
        fit.data.format.isOfFirstRules ? nil : fit.validationData.map { .json($0.format) }
      },
      .checkpoint("from", \.source),
      .saveFrequency(\.plan, actions: \.actions),
      .number("stop-loss", \.stopLoss),
      .number("max-time", \.plan.maximumSeconds, isOfIdentity: false),
      .watch(\.watched),
      .integer("watch-every", \.watchInterval, isOfIdentity: false),
      .rules(\.debugger, actions: \.actions),
    ]
    + ["decimal", "encoding", "kind", "na", "no-na"].map { name in .derived(name) { $0.data.recordedRequest[name] } }
    + Setting.actions(\.actions)).map { $0.omittedWhereNone() }

  public var recordedSubject: String { model }
  /// How a run's list shows the data: the file's name and the target.
  public var recordedTarget: String { target.map { "\(data.name):\($0)" } ?? data.name }
  /// What the file is called makes no difference.
  public var identifyingTarget: String { target ?? "" }
  public var recordedHyperparameters: [String: HyperparameterValue] { hyperparameters }
  public var laterDefaults: [String: HyperparameterValue] { type(of: estimator).laterDefaults }

  public var formerHash: String? {
    var settings = settingsOfIdentity.filter { $0.value != .none }
    if !actions.isEmpty { settings["command-timeout"] = .number(actions.commandTimeout) }
    return FormerHash.ofFit(
      model: model, hyperparameters: withoutLaterDefaults(hyperparameters), settings: settings)
  }
}
