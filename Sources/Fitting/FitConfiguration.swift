import Datasets
import Debugger
import Learning
import Models
import Pipelines
import Runs
import Settings
import Telemetry
import Tracker
import Validation

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
  /// The shares, ascending, whose quantiles are predicted; nil for another task.
  package let quantiles: [Double]?
  /// The model's name.
  public let model: String
  /// The model with its hyperparameters.
  var estimator: any FittableModel
  public internal(set) var hyperparameters: [String: HyperparameterValue]
  /// The share of the rows that is held back for validation; 0: none.
  public let validation: Double
  /// Validation rows of their own, instead of a share.
  public internal(set) var validationData: DataReference?
  /// The folds that test the model, which is then fitted to all rows; nil for one split.
  public let folds: Int?
  /// How often rows are dealt to folds anew.
  public let repeats: Int
  /// Whether the models of the folds are kept and predict by their mean, instead of one fitted to all rows.
  package internal(set) var isBagged = false
  /// The share of the first fold's training rows that a fit before all folds is fitted to, so that a search sees early what the
  /// model is worth; nil: there is none.
  package internal(set) var screening: Double?
  /// Rows that the fit does not see; nil: it sees all.
  package internal(set) var setAside: SetAside?
  /// The rows that the fit sees at most, drawn from all; nil: no limit.
  package internal(set) var mostRows: Int?
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
  /// The checkpoint whose model the fit goes on from; nil: it begins anew.
  package internal(set) var source: CheckpointReference?
  /// The store with the run of `source`.
  var sources: Store?

  /// How probabilities are calibrated; nil: they are not.
  package internal(set) var calibration: CalibrationMethod?
  /// What mistakes cost, by which the class is chosen; nil: it is the most probable one.
  package internal(set) var costs: MistakeCosts?
  /// The class that `costs` call positive; nil: the second of two.
  package internal(set) var positive: String?

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
  /// what the target column suggests, or the quantiles of the shares `quantiles`. `validation` is a fifth for models that
  /// predict a column and nothing for others, where it is nil and there is no `validationData`. With `folds` every row is
  /// tested once in each of the `repeats` by a model that was fitted to other rows, and the model that is kept is fitted to
  /// all.
  ///
  /// Throws `ConfigurationError`, `HyperparameterError` or `DataFileError` for what cannot work or cannot be read.
  public init(
    data: DataFile, target: String? = nil, model: String, task: PredictionTask? = nil, quantiles: [Double]? = nil,
    validation: Double? = nil, validationData: DataFile? = nil, folds: Int? = nil, repeats: Int = 1,
    dropping dropped: [String] = [],
    weight: String? = nil, group: String? = nil,
    time: String? = nil, pipeline: Pipeline? = nil, unseenCategories: UnseenCategories = .zeros,
    values: [String: HyperparameterValue] = [:]
  ) throws {
    if validation != nil, validationData != nil {
      throw ConfigurationError("specify a share of the rows for validation or a file of validation rows, not both")
    }
    let type = try ModelCatalogue.named(model)
    try Self.checkFolds(
      folds, repeats: repeats, hasTarget: type.hasTarget, model: model, validation: validation,
      hasValidationData: validationData != nil, time: time)
    let share = validation ?? (validationData == nil && folds == nil && type.hasTarget ? 0.2 : 0)
    guard (0..<1).contains(share) else {
      throw ConfigurationError("the share of rows for validation is from 0 to below 1, not \(share)")
    }
    var data = try data.prepared(for: target, areClasses: false)
    let task = try Self.resolveTask(data, target, type, task ?? (quantiles == nil ? nil : .quantile))
    let shares = try QuantileShares.checked(quantiles, for: task)
    data = try data.prepared(for: target, areClasses: task == .classification)
    if let group { data = try data.withValues(of: group) }
    var validationData = validationData
    if task == .classification, let rows = validationData, let target, !rows.table.hasSpelling(of: target) {
      validationData = try rows.readAgain(columnsOf: data)
    }
    try self.init(
      data.reference, target, task: task, quantiles: shares, model: model, share: share, validationData?.reference,
      folds: folds,
      repeats: repeats, dropped: dropped, weight: weight, group: group, time: time, pipeline: pipeline,
      unseenCategories: unseenCategories, values: values)
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
    _ = try DataFileError.naming(data.path) {
      try FitFolds(self, data.table, parts(of: data.table).seen, seed: 0)
    }
  }

  /// As it was resolved.
  init(
    _ data: DataReference, _ target: String?, task: PredictionTask?, quantiles: [Double]?, model: String, share: Double,
    _ validationData: DataReference?, folds: Int?, repeats: Int, dropped: [String], weight: String?, group: String?,
    time: String?,
    pipeline: Pipeline?, unseenCategories: UnseenCategories, values: [String: HyperparameterValue]
  ) throws {
    (self.data, self.target, self.task, self.quantiles, self.model) = (data, target, task, quantiles, model)
    (validation, self.validationData, self.dropped) = (share, validationData, dropped)
    (self.folds, self.repeats) = (folds, repeats)
    (self.weight, self.group, self.time, self.unseenCategories) = (weight, group, time, unseenCategories)
    self.pipeline = pipeline
    try pipeline?.requireNoRowSteps()
    estimator = try ModelCatalogue.make(ModelCatalogue.named(model), values)
    hyperparameters = estimator.values
    plan = LoopPlan(budget: 0)
    plan.budget = wholeBudget
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
    if folds == nil, validationData != nil || validation == 0 {
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
    if only == .regression || only == .quantile, column.kind != .number, column.kind != .missing {
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

  /// Why a column's numbers cannot be predicted, with the first value that is no number.
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

  /// Epochs, or iterations that are recorded, at most; of all folds and the fit to all rows.
  public var budget: Int { plan.budget }

  var wholeBudget: Int {
    let fits = (folds ?? 0) * repeats + (isBagged ? 0 : 1) + (screening == nil ? 0 : 1)
    let (whole, isTooMuch) = estimator.budget.multipliedReportingOverflow(by: fits)
    return isTooMuch ? .max : whole
  }

  /// Stop once the validation loss of an epoch falls to this; nil: do not.
  public var stopLoss: Double? {
    get { plan.stopScore }
    set {
      plan.stopScore = newValue
      plan.evaluationFrequency = newValue == nil ? 0 : 1
    }
  }

  /// How rows are chosen for validation.
  var split: String {
    if validationData != nil { return "validation-data" }
    if folds != nil {
      if group != nil { return "folds by seed, groups together" }
      if time != nil { return "folds by time" }
      return task == .classification ? "folds by seed, each class in proportion" : "folds by seed"
    }
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
