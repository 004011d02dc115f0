import Datasets
import Debugger
import Learning
import Models
import Pipelines
import Runs
import Settings
import Telemetry
import Tracker

/// Everything that decides what a fit does, but its seed: data, target, model, hyperparameters, validation. Make one, change its
/// plan or its debugger, and start a ``FitRun`` of it.
///
/// ```swift
/// let data = try DataFile("iris.csv")
/// var configuration = try FitConfiguration(
///   data: data, target: "species", model: "mlp", validation: 0.25, values: ["hidden_layer_sizes": .integers([16])])
/// configuration.plan.maximumSeconds = 60
/// print(configuration.task!)  // classification
/// ```
public struct FitConfiguration: Sendable {
  public internal(set) var data: DataReference
  /// The column to predict; nil for models that predict none.
  public let target: String?
  /// nil for models that predict no column.
  public let task: PredictionTask?
  /// The model's name.
  public let model: String
  /// The model with its hyperparameters.
  private(set) var estimator: any FittableModel
  public private(set) var hyperparameters: [String: HyperparameterValue]
  /// The share of the rows that is held back for validation; 0: none.
  public let validation: Double
  /// Validation rows of their own, instead of a share.
  public internal(set) var validationData: DataReference?
  /// Columns that are no features.
  public let dropped: [String]
  /// The column of numbers that say how much each training row counts; nil: all the same.
  public let weight: String?
  /// The column whose rows of one value are not parted by a split; nil: rows are independent.
  public let group: String?
  /// The column of dates or numbers that orders the rows of a split: the last validate; nil: they are drawn by the seed.
  public let time: String?
  /// Steps that prepare the features, fitted on the training rows; nil: none.
  public let pipeline: Pipeline?
  /// What becomes of a category that no training row has.
  public let unseenCategories: UnseenCategories

  /// The tensors of which everything is recorded.
  public var watched: [NamePattern] = []
  /// Epochs between two records of them; nil: a two hundredth of all.
  public var watchInterval: Int?
  /// The rules that watch the fit.
  public var debugger = DebuggerSettings()
  /// What is done when they find something.
  public var actions = FindingActions()
  /// When the fit is saved and stopped; its budget is the model's own.
  public var plan: LoopPlan

  /// Resolves a fit: the model's default hyperparameters, then `values`; the task, where nil, is what the model does or
  /// what the target column suggests. `validation` is a fifth for models that predict a column and nothing for others,
  /// where it is nil and there is no `validationData`.
  ///
  /// Throws `ConfigurationError`, `HyperparameterError` or `DataFileError` for what cannot work or cannot be read.
  public init(
    data: DataFile, target: String? = nil, model: String, task: PredictionTask? = nil, validation: Double? = nil,
    validationData: DataFile? = nil, dropping dropped: [String] = [], weight: String? = nil, group: String? = nil,
    time: String? = nil, pipeline: Pipeline? = nil, unseenCategories: UnseenCategories = .zeros,
    values: [String: HyperparameterValue] = [:]
  ) throws {
    if validation != nil, validationData != nil {
      throw ConfigurationError("specify a share of the rows for validation or a file of validation rows, not both")
    }
    let type = try ModelCatalogue.named(model)
    let share = validation ?? (validationData == nil && type.hasTarget ? 0.2 : 0)
    guard (0..<1).contains(share) else {
      throw ConfigurationError("the share of rows for validation is from 0 to below 1, not \(share)")
    }
    var data = try data.prepared(for: target, areClasses: false)
    let task = try Self.resolveTask(data, target, type, task)
    data = try data.prepared(for: target, areClasses: task == .classification)
    if let group { data = try data.withValues(of: group) }
    var validationData = validationData
    if task == .classification, let rows = validationData, let target, !rows.table.hasSpelling(of: target) {
      validationData = try rows.readAgain(columnsOf: data)
    }
    try self.init(
      data.reference, target, task: task, model: model, share: share, validationData?.reference, dropped: dropped,
      weight: weight, group: group, time: time, pipeline: pipeline, unseenCategories: unseenCategories, values: values)
    try requireSplit(byTimeOf: data)
    for name in dropped + [weight, group].compactMap({ $0 }) {
      if !data.table.names.contains(name) {
        throw DataFileError(
          path: data.path, reason: .missingColumn(name, present: data.table.names.filter { $0 != target }))
      }
      if name == target {
        throw ConfigurationError("the target '\(name)' cannot be \(role(of: name)?.name ?? "") as well")
      }
    }
    if weight != nil, !type.takesWeights {
      let others = ModelCatalogue.all.filter { $0.takesWeights }.map { $0.name }.joined(separator: ", ")
      throw ConfigurationError("the model '\(model)' does not support row weights: use one of \(others)")
    }
    if group != nil, validationData != nil {
      throw ConfigurationError("groups are kept together by the split, and a file of validation rows leaves no split")
    }
    if data.table.rowCount == 0 { throw ConfigurationError("'\(data.path)' has a header and no row") }
  }

  /// As it was resolved.
  init(
    _ data: DataReference, _ target: String?, task: PredictionTask?, model: String, share: Double,
    _ validationData: DataReference?, dropped: [String], weight: String?, group: String?, time: String?,
    pipeline: Pipeline?, unseenCategories: UnseenCategories, values: [String: HyperparameterValue]
  ) throws {
    (self.data, self.target, self.task, self.model) = (data, target, task, model)
    (validation, self.validationData, self.dropped) = (share, validationData, dropped)
    (self.weight, self.group, self.time, self.unseenCategories) = (weight, group, time, unseenCategories)
    self.pipeline = pipeline
    try pipeline?.requireNoRowSteps()
    estimator = try ModelCatalogue.make(ModelCatalogue.named(model), values)
    hyperparameters = estimator.values
    plan = LoopPlan(budget: estimator.budget)
    plan.scoreReason = "the validation loss reached the loss to stop at"
  }

  private func requireSplit(byTimeOf data: DataFile) throws {
    guard let time else { return }
    let column = try DataFileError.naming(data.path) { () throws(DatasetError) in try data.table.column(time) }
    if column.kind != .date, column.kind != .number {
      throw ConfigurationError(
        "rows are split by a column of dates or numbers, and '\(time)' is of kind \(column.kind)")
    }
    if time == target { throw ConfigurationError("the target '\(time)' cannot be the time as well") }
    if group != nil { throw ConfigurationError("rows are split by groups or by time, not both") }
    if validationData != nil || validation == 0 {
      throw ConfigurationError("a split by time needs a share of the rows for validation")
    }
  }

  private static func resolveTask(
    _ data: DataFile, _ target: String?, _ model: any FittableModel.Type, _ asked: PredictionTask?
  ) throws -> PredictionTask? {
    guard model.hasTarget else {
      if let target {
        throw ConfigurationError(
          "the model '\(model.name)' predicts no column: to leave '\(target)' out of its features, drop it")
      }
      if asked != nil {
        throw ConfigurationError("the model '\(model.name)' predicts no column, so that it has no task")
      }
      return nil
    }
    guard let target else {
      throw ConfigurationError("the model '\(model.name)' predicts a column: name it as the target")
    }
    let column = try DataFileError.naming(data.path) { () throws(DatasetError) in try data.table.column(target) }
    if let asked, !model.tasks.contains(asked) {
      throw ConfigurationError(
        "the model '\(model.name)' does not support \(asked): use \(ModelCatalogue.names(doing: asked))")
    }
    let only = asked ?? (model.tasks.count == 1 ? model.tasks[0] : nil)
    if only == .regression, column.kind != .number, column.kind != .missing {
      throw ConfigurationError(noNumbers(data, target, column))
    }
    if let asked { return asked }
    let suggested = try DataFileError.naming(data.path) { () throws(DatasetError) in
      try TargetEncoding.task(suggestedBy: column, named: target)
    }
    guard let only else { return suggested }
    if only == .classification, suggested == .regression, case .numbers(let values) = column {
      let different = Set(values.filter { !$0.isNaN }).count
      if different > 20, 5 * different > values.count {
        throw ConfigurationError(
          "the column '\(target)' of '\(data.path)' has \(different) different numbers in \(values.count) rows, which "
            + "are hardly classes: use \(ModelCatalogue.names(doing: .regression)), or ask for a classification")
      }
    }
    return only
  }

  /// Why a column cannot be a regression's target, with the first value that is no number.
  private static func noNumbers(_ data: DataFile, _ target: String, _ column: Column) -> String {
    let what = "the column '\(target)' of '\(data.path)' holds "
    switch column {
    case .dates: return what + "dates, no numbers to predict"
    case .categories, .texts:
      let first = data.firstValueThatIsNoNumber(in: column)
      return what + "words, no numbers to predict" + (first.map { " (line \($0.line): \($0.value))" } ?? "")
        + ": for classes take \(ModelCatalogue.names(doing: .classification))"
    default: return what + "nothing to predict, for it is left out: give it another kind"
    }
  }

  /// Epochs, or iterations that are recorded, at most.
  public var budget: Int { plan.budget }

  /// Stop once the validation loss of an epoch falls to this; nil: do not.
  public var stopLoss: Double? {
    get { plan.stopScore }
    set {
      plan.stopScore = newValue
      plan.evaluationFrequency = newValue == nil ? 0 : 1
    }
  }

  /// How rows are chosen for validation.
  private var split: String {
    if validationData != nil { return "validation-data" }
    if validation == 0 { return "none" }
    if group != nil { return "by seed, groups together" }
    if time != nil { return "by time" }
    return task == .classification ? "by seed, each class in proportion" : "by seed"
  }

  /// Columns that are no features for another reason than being the target.
  var columnsWithoutFeatures: [String] { dropped + [weight, group].compactMap { $0 } }

  /// The role of a column that is no feature, and the option that gives it.
  func role(of column: String) -> (name: String, option: String)? {
    if dropped.contains(column) { return ("dropped", "--drop") }
    if column == weight { return ("weight", "--weight") }
    return column == group ? ("group", "--group") : nil
  }
}

// MARK: In a run's record

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
      .derived("unseen-categories") { .text($0.unseenCategories.rawValue) },
      .derived("reading", isOfIdentity: false) { $0.data.recordedReading },
      .derived("target") { $0.target.map { .text($0) } },
      .derived("task") { $0.task.map { .text($0.rawValue) } },
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

  public var formerHash: String? {
    var settings = settingsOfIdentity.filter { $0.value != .none }
    if !actions.isEmpty { settings["command-timeout"] = .number(actions.commandTimeout) }
    return FormerHash.ofFit(model: model, hyperparameters: hyperparameters, settings: settings)
  }
}

extension FitConfiguration: LearnerConfiguration {
  public static let learns = "model"

  public var signals: SignalPlan { SignalPlan(interval: watchInterval ?? max(1, budget / 200), watched: watched) }

  public func changing(_ hyperparameters: [String: HyperparameterValue]) throws -> Self {
    var changed = self
    changed.estimator = try ModelCatalogue.make(ModelCatalogue.named(model), hyperparameters)
    changed.hyperparameters = changed.estimator.values
    changed.plan.budget = changed.estimator.budget
    return changed
  }

  public func makeLearner(seed: UInt64, in context: RunContext) throws -> ModelFit {
    try makeLearner(FitData(self, seed: seed), seed: context.learnerSeed(seed))
  }

  private func makeLearner(_ data: FitData, seed: UInt64) throws -> ModelFit {
    let fit = try ModelFit(self, data, seed: seed)
    if !watched.isEmpty { try signals.check(fit.tensors, of: model) }
    if !fit.isStepwise { try requireNothingOnTheWay() }
    if plan.stopScore != nil, fit.data.validation == nil {
      throw ConfigurationError("a loss to stop at is of validation rows, and the fit has none")
    }
    return fit
  }

  /// Throws if something is asked for that only a fit epoch by epoch can do.
  private func requireNothingOnTheWay() throws(ConfigurationError) {
    let asked: [(Bool, String)] = [
      (actions.canRewind, "be rewound"), (plan.maximumSeconds != nil, "be stopped by a time limit"),
      (plan.stopScore != nil, "be stopped at a loss"), (plan.saveFrequency != nil, "be saved on the way"),
    ]
    guard let first = asked.first(where: \.0) else { return }
    throw ConfigurationError("\(model) is fitted in one go and cannot \(first.1)")
  }

  public func requireCheckpoints(loadableBy changed: Self, seed: UInt64) throws {
    let data = try FitData(self, seed: seed)
    try data.check(changed)
    var checkpoint = Checkpoint()
    try makeLearner(data, seed: seed).save(into: &checkpoint)
    try changed.makeLearner(data, seed: seed).load(from: checkpoint, as: .resume)
  }
}
