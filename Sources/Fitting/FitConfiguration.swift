import Datasets
import Debugger
import Formats
import Foundation
import Learning
import Runs
import Settings
import Telemetry
import Tracker

/// Everything that decides what a fit does, but its seed: data, target, model, hyperparameters, validation.
public struct FitConfiguration: Sendable {
  public let data: DataFile
  /// The column to predict; nil for models that predict none.
  public let target: String?
  /// nil for models that predict no column.
  public let task: Task?
  public let model: SupervisedModelKind
  public let hyperparameters: [String: HyperparameterValue]
  /// The share of the rows that is held back for validation; 0: none.
  public let validation: Double
  /// Validation rows of their own, instead of a share.
  public let validationData: DataFile?
  /// Columns that are no features.
  public let dropped: [String]
  /// What becomes of a category that no training row has.
  public let unseenCategories: UnseenCategories

  /// The tensors of which everything is recorded.
  public var watched: [TensorPattern] = []
  /// Epochs between two looks at them; nil: a two hundredth of all.
  public var watchInterval: Int?
  /// The rules that watch the fit.
  public var debugger = DebuggerSettings()
  /// What is done when they find something; a fit cannot be rewound.
  public var actions = FindingActions()

  /// Resolves a fit: the model's default hyperparameters, then `values`; the task, where nil, is what the model does or
  /// what the target column suggests. `validation` is a fifth for models that predict a column and nothing for others,
  /// where it is nil and there is no `validationData`.
  ///
  /// Throws `ConfigurationError`, `HyperparameterError` or `DataFileError` for what cannot work or cannot be read.
  public init(
    data: DataFile, target: String? = nil, model: SupervisedModelKind, task: Task? = nil, validation: Double? = nil,
    validationData: DataFile? = nil, dropping dropped: [String] = [],
    unseenCategories: UnseenCategories = .zeros, values: [String: HyperparameterValue] = [:]
  ) throws {
    if validation != nil, validationData != nil {
      throw ConfigurationError("give a share of the rows for validation or a file of validation rows, not both")
    }
    let share = validation ?? (validationData == nil && model.hasTarget ? 0.2 : 0)
    guard (0..<1).contains(share) else {
      throw ConfigurationError("the share of rows for validation is from 0 to below 1, not \(share)")
    }
    var data = try data.prepared(for: target, areClasses: false)
    let task = try Self.resolveTask(data, target, model, task)
    data = try data.prepared(for: target, areClasses: task == .classification)
    self.data = data
    self.task = task
    self.target = target
    self.model = model
    self.validation = share
    if task == .classification, let rows = validationData, let target, !rows.table.hasSpelling(of: target) {
      self.validationData = try DataFile(rows.path, columnsOf: data)
    } else {
      self.validationData = validationData
    }
    self.dropped = dropped
    self.unseenCategories = unseenCategories
    hyperparameters = try model.resolve(values)
    for name in dropped {
      if !data.table.names.contains(name) {
        throw DataFileError(
          path: data.path, reason: .missingColumn(name, present: data.table.names.filter { $0 != target }))
      }
      if name == target { throw ConfigurationError("the target '\(name)' cannot be dropped") }
    }
    if data.table.rowCount == 0 { throw ConfigurationError("'\(data.path)' has a header and no row") }
  }

  private static func resolveTask(
    _ data: DataFile, _ target: String?, _ model: SupervisedModelKind, _ asked: Task?
  ) throws -> Task? {
    guard model.hasTarget else {
      if let target {
        throw ConfigurationError(
          "the model '\(model)' predicts no column: to leave '\(target)' out of its features, drop it")
      }
      if asked != nil { throw ConfigurationError("the model '\(model)' predicts no column, so that it has no task") }
      return nil
    }
    guard let target else { throw ConfigurationError("the model '\(model)' predicts a column: name it as the target") }
    let column = try DataFileError.naming(data.path) { () throws(DatasetError) in try data.table.column(target) }
    if let asked, !model.tasks.contains(asked) {
      throw ConfigurationError("the model '\(model)' does no \(asked): take \(SupervisedModelKind.doing(asked))")
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
            + "are hardly classes: take \(SupervisedModelKind.doing(.regression)), or ask for a classification")
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
        + ": for classes take \(SupervisedModelKind.doing(.classification))"
    default: return what + "nothing to predict, for it is left out: give it another kind"
    }
  }

  /// How a run's list shows the data: the file's name and the target.
  var environment: String { target.map { "\(data.name):\($0)" } ?? data.name }

  /// How many epochs, or iterations that are recorded, there are at most.
  public var budget: Int { model.budget(hyperparameters) }

  /// What the fit is told of tensors to record.
  var signals: SignalPlan { SignalPlan(interval: watchInterval ?? max(1, budget / 200), watched: watched) }

  /// How rows are chosen for validation.
  private var split: String {
    if validationData != nil { return "validation-data" }
    if validation == 0 { return "none" }
    return task == .classification ? "by seed, each class in proportion" : "by seed"
  }
}

// MARK: In a run's record

extension FitConfiguration {
  /// What a fit keeps in its run besides hyperparameters, by command-line names.
  var protocolSettings: [String: HyperparameterValue] { settings(with: actions.settings) }

  private func settings(with actions: [String: HyperparameterValue]) -> [String: HyperparameterValue] {
    var settings: [String: HyperparameterValue] = [
      "data": .text(data.path), "data-sha256": .text(data.sha256), "data-rows": .integer(data.table.rowCount),
      "header": .flag(data.format.hasHeader), "delimiter": .text(String(data.format.delimiter)),
      "validation": .number(validation), "split": .text(split), "unseen-categories": .text(unseenCategories.rawValue),
    ]
    settings.merge(data.recordedReading) { $1 }
    settings["target"] = target.map { .text($0) }
    settings["task"] = task.map { .text($0.rawValue) }
    if !watched.isEmpty { settings["watch"] = watched.recorded }
    settings["watch-every"] = watchInterval.map { .integer($0) }
    if !debugger.isDefault { settings["rules"] = debugger.recorded }
    if !dropped.isEmpty { settings["drop"] = .json(dropped) }
    if let validationData {
      settings["validation-data"] = .text(validationData.path)
      settings["validation-data-sha256"] = .text(validationData.sha256)
      settings["validation-data-rows"] = .integer(validationData.table.rowCount)
      if !data.format.isOfFirstRules { settings["validation-reading"] = .json(validationData.format) }
    }
    return settings.merging(actions) { $1 }
  }

  /// Sixteen hexadecimal digits that two fits share when they differ in nothing but the seed, where their data lie and what
  /// they watch.
  public var hash: String {
    var settings = settings(with: actions.hashedSettings)
    settings["data"] = nil
    settings["validation-data"] = nil
    settings["watch"] = nil
    settings["watch-every"] = nil
    // They follow from the data and from what was asked for.
    settings["reading"] = nil
    settings["validation-reading"] = nil
    if actions.isEmpty { settings["rules"] = nil }
    settings["model"] = .text(model.rawValue)
    // Only finite numbers pass the range checks, so encoding cannot fail.
    let content = try! ExactJSON.encode(settings.merging(hyperparameters) { $1 })
    return String(SHA256.hexadecimal(Array(content)).prefix(16))
  }

  /// What a run that starts now says of itself.
  func description(
    seed: UInt64, experiment: String, name: String, tags: [String: String], surroundings: Surroundings
  ) -> RunDescription {
    RunDescription(
      experiment: experiment, name: name, agent: model.rawValue, environment: environment, seed: seed, copies: 0,
      budget: budget, hyperparameters: hyperparameters, protocolSettings: protocolSettings, configurationHash: hash,
      tags: tags, surroundings: surroundings, start: unixMicroseconds(), kind: .fit)
  }

  /// The configuration a run was started with, with some hyperparameters changed where `changes` has any.
  ///
  /// Throws `ConfigurationError` or `DataFileError` where its data are gone or have changed.
  public init(of description: RunDescription, changes: [String: HyperparameterValue] = [:]) throws {
    let settings = RecordedSettings(description.protocolSettings)
    guard let data = try settings.text("data"), let hash = try settings.text("data-sha256"),
      let model = SupervisedModelKind(rawValue: description.agent)
    else { throw ConfigurationError("the run's record does not say what was fitted to which data") }
    let target = try settings.text("target")
    let file = try DataFile(recorded: settings, path: data, target: target)
    try Self.require(file, sha256: hash)
    let validationFile = try settings.text("validation-data").map {
      try DataFile(recorded: settings, path: $0, validatingWith: file)
    }
    if let validationFile { try Self.require(validationFile, sha256: settings.text("validation-data-sha256") ?? "") }
    try self.init(
      data: file, target: target, model: model,
      task: settings.text("task").flatMap(Task.init(rawValue:)),
      validation: validationFile == nil ? settings.number("validation") : nil, validationData: validationFile,
      dropping: settings.decoded("drop") ?? [],
      unseenCategories: settings.text("unseen-categories").flatMap(UnseenCategories.init(rawValue:)) ?? .zeros,
      values: description.hyperparameters.merging(changes) { $1 })
    debugger = try settings.debugger("rules")
    actions = try FindingActions(of: settings)
    watched = try settings.patterns("watch")
    watchInterval = try settings.integer("watch-every")
  }

  private static func require(_ file: DataFile, sha256: String) throws(ConfigurationError) {
    guard file.sha256 == sha256 else {
      throw ConfigurationError(
        "the data '\(file.path)' have changed since the run was started (SHA-256 \(sha256.prefix(12))… then, "
          + "\(file.sha256.prefix(12))… now): put the old file back, or fit anew")
    }
  }
}
