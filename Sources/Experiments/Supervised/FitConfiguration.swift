import Datasets
import Foundation
import Learning
import Telemetry
import Tracker

/// Everything that decides what a fit does, but its seed: data, target, model, hyperparameters, validation.
public struct FitConfiguration: Sendable, Hashable {
  /// The path of the CSV file.
  public var data: String
  /// The file's SHA-256.
  public var dataHash: String
  /// nil for models without one.
  public var target: String?
  /// nil: what the target column's kind suggests.
  public var task: Task?
  public var model: SupervisedModelKind
  public var hyperparameters: [String: HyperparameterValue]
  /// The share of the rows that is held back for validation; 0: none.
  public var validation: Double
  /// A CSV file of validation rows, instead of a share.
  public var validationData: String?
  public var validationHash: String?

  /// Throws `ConfigurationError` or `HyperparameterError` for what cannot work or cannot be read.
  public init(
    data: String, target: String?, model: SupervisedModelKind, task: Task? = nil, validation: Double = 0.2,
    validationData: String? = nil, values: [String: HyperparameterValue] = [:]
  ) throws {
    if model.hasTarget, target == nil {
      throw ConfigurationError("the model '\(model.rawValue)' predicts a column: name it with --target COLUMN")
    }
    if !model.hasTarget, target != nil {
      throw ConfigurationError(
        "the model '\(model.rawValue)' predicts no column: leave --target out; the other columns are its features")
    }
    if let task, !model.tasks.contains(task) {
      let other = task == .classification ? "logistic or mlp" : "linear, ridge or mlp"
      throw ConfigurationError("the model '\(model.rawValue)' does no \(task.rawValue): take \(other)")
    }
    guard (0..<1).contains(validation) else {
      throw ConfigurationError("the share of rows for validation is from 0 to below 1, not \(validation)")
    }
    self.data = data
    self.target = target
    self.task = task ?? (model.tasks.count == 1 ? model.tasks[0] : nil)
    self.model = model
    self.validation = validationData == nil ? validation : 0
    self.validationData = validationData
    hyperparameters = try model.resolve(values)
    dataHash = try Self.hash(ofFile: data)
    validationHash = try validationData.map { try Self.hash(ofFile: $0) }
  }

  private static func hash(ofFile path: String) throws(ConfigurationError) -> String {
    guard let bytes = FileManager.default.contents(atPath: path) else {
      throw ConfigurationError("the data '\(path)' cannot be read")
    }
    return SHA256.hexadecimal(Array(bytes))
  }

  /// How a run's list shows the data: the file's name and the target.
  var environment: String {
    let name = URL(fileURLWithPath: data).lastPathComponent
    return target.map { "\(name):\($0)" } ?? name
  }

  /// What a fit keeps in its run besides hyperparameters, by command-line names.
  var protocolSettings: [String: HyperparameterValue] {
    [
      "data": .text(URL(fileURLWithPath: data).path), "data-sha256": .text(dataHash),
      "target": target.map { .text($0) } ?? .none, "task": task.map { .text($0.rawValue) } ?? .none,
      "validation": .number(validation),
      "validation-data": validationData.map { .text(URL(fileURLWithPath: $0).path) } ?? .none,
      "validation-sha256": validationHash.map { .text($0) } ?? .none,
    ]
  }

  /// Sixteen hexadecimal digits that two fits share when they differ in nothing but the seed and where their data lie.
  public var hash: String {
    var settings = protocolSettings
    settings["data"] = nil
    settings["validation-data"] = nil
    settings["model"] = .text(model.rawValue)
    let content = settings.merging(hyperparameters) { $1 }
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    // Only finite numbers pass the range checks, so encoding cannot fail.
    return String(SHA256.hexadecimal(Array(try! encoder.encode(content))).prefix(16))
  }

  /// Whether a run's description is of a fit, not of an agent's training.
  public static func describes(_ description: RunDescription) -> Bool {
    description.protocolSettings["data-sha256"] != nil
  }

  /// The configuration a run was started with. Throws where its data are gone or have changed.
  public init(of description: RunDescription) throws {
    func text(_ name: String) -> String? {
      if case .text(let text)? = description.protocolSettings[name] { text } else { nil }
    }
    guard let data = text("data"), let hash = text("data-sha256"),
      let model = SupervisedModelKind(rawValue: description.agent)
    else { throw ConfigurationError("the run's record does not say what was fitted to which data") }
    var share = 0.0
    if let value = description.protocolSettings["validation"] { share = try value.number(for: "validation", in: .unit) }
    try self.init(
      data: data, target: text("target"), model: model, task: text("task").flatMap(Task.init(rawValue:)),
      validation: share, validationData: text("validation-data"), values: description.hyperparameters)
    for (path, now, then) in [
      (data, dataHash, hash), (validationData ?? "", validationHash, text("validation-sha256")),
    ]
    where now != then {
      throw ConfigurationError("the data '\(path)' have changed since the run was started; put the old file back")
    }
  }
}
