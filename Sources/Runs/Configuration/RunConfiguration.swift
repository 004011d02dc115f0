import Files
import Settings
import Tracker

/// Everything that decides what a kind of run does, but its seed. Conform to ``LearnerConfiguration`` where something learns step
/// by step; conform to this one for a kind of run that resumes and reproduces in its own way. A run that is only recorded needs
/// none: any `RunDescription` may have any kind.
///
/// ```swift
/// import Tracker
///
/// func describe(_ configuration: some RunConfiguration) -> String {
///   "\(configuration.recordedSubject) on \(configuration.recordedTarget), \(configuration.budget) \(type(of: configuration).unit)"
/// }
/// ```
///
/// A program that has a kind of run of its own, which the command line shall resume and run again as it does trainings and
/// fits, writes a configuration for it and registers it with ``RunKinds``.
public protocol RunConfiguration: Sendable {
  static var kind: RunKind { get }
  /// What a run's steps are, `steps` or `epochs`.
  static var unit: StepUnit { get }
  /// How the run is made, beside its hyperparameters.
  static var settings: [Setting<Self>] { get }

  /// What learns, is fitted or is computed, as the log has it: `ppo`.
  var recordedSubject: String { get }
  /// What it learns on: `CartPole-v1`.
  var recordedTarget: String { get }
  /// The part of it that makes a difference: all of it, unless it says so.
  var identifyingTarget: String { get }
  /// Steps at most.
  var budget: Int { get }
  /// The hyperparameter that is the budget; nil where the budget follows from the others. A run that has one may be
  /// extended.
  static var budgetParameter: String? { get }
  /// Everything that the run's user may set of what learns, but the budget.
  var recordedHyperparameters: [String: HyperparameterValue] { get }
  /// Hyperparameters that were added when there were runs already, with the values that change nothing: at these they are no
  /// part of the identity. None, unless it says so.
  var laterDefaults: [String: HyperparameterValue] { get }
  /// The hash that programs before this recipe gave it; nil if there were none.
  var formerHash: String? { get }

  /// The configuration that a run was started with. Throws what is wrong with it, or gone.
  init(of description: RunDescription) throws

  /// Goes on with a run from its last checkpoint, or from step 0 where it has none; nil where it is finished.
  ///
  /// `budget` is the new one; without it the old one holds. `threads` step what can be stepped side by side.
  static func resume(_ id: String, budget: Int?, threads: Int, in store: Store) throws -> (any ActiveRun)?

  /// Does `id` again in a temporary store, with some hyperparameters changed, and compares; nil where `shouldStop` cut it
  /// short.
  static func reproduce(
    _ id: String, changes: [String: HyperparameterValue], in store: Store, shouldStop: () -> Bool,
    onProgress: (_ step: Int, _ budget: Int) -> Void
  ) throws -> RunDifference?
}

/// The unit in which a kind of run counts its steps.
///
/// ```swift
/// print(StepUnit.epochs.rawValue)  // epochs
/// ```
public enum StepUnit: String, Sendable, Codable {
  case steps
  case epochs
  case trials
}

extension RunConfiguration {
  public static var budgetParameter: String? { nil }
  public var identifyingTarget: String { recordedTarget }
  public var formerHash: String? { nil }
  public var laterDefaults: [String: HyperparameterValue] { [:] }

  /// What makes it another configuration than others.
  package var identity: ConfigurationIdentity {
    ConfigurationIdentity(
      kind: Self.kind, subject: recordedSubject, target: identifyingTarget,
      settings: withoutLaterDefaults(parameters).merging(settingsOfIdentity) { $1 })
  }

  /// The hyperparameters, with the budget where it is one of them.
  public var parameters: [String: HyperparameterValue] {
    var values = recordedHyperparameters
    if let name = Self.budgetParameter { values[name] = .integer(budget) }
    return values
  }

  /// `values` but those that runs from before had no name for.
  package func withoutLaterDefaults(_ values: [String: HyperparameterValue]) -> [String: HyperparameterValue] {
    let later = laterDefaults
    return later.isEmpty ? values : values.filter { later[$0.key] != $0.value }
  }

  /// Sixteen hexadecimal digits that two configurations share that differ by nothing but seed, store, name and what only
  /// looks: of which runs are seeds of one configuration.
  public var hash: String { identity.hash }

  /// The settings as a log keeps them.
  package var recordedSettings: [String: HyperparameterValue] {
    var values: [String: HyperparameterValue] = [:]
    for setting in Self.settings {
      if let value = setting.record(self) { values[setting.name] = value }
    }
    return values
  }

  /// Those of the identity.
  package var settingsOfIdentity: [String: HyperparameterValue] {
    var values: [String: HyperparameterValue] = [:]
    for setting in Self.settings {
      if let value = setting.identify(self) { values[setting.name] = value }
    }
    return values
  }

  /// The names of recorded settings that are no part of the identity, sorted.
  private var settingsApart: [String] {
    Self.settings.filter { $0.record(self) != nil && $0.identify(self) == nil }.map(\.name).sorted()
  }

  /// Takes over every setting that the log of a run keeps: what `init(of:)` does last. Throws `ConfigurationError` for a setting
  /// that is missing or of another type.
  public mutating func readSettings(of description: RunDescription) throws {
    try read(RecordedSettings(description.protocolSettings))
  }

  package mutating func read(_ recorded: RecordedSettings) throws {
    for setting in Self.settings { try setting.read(&self, recorded) }
  }

  /// What a run that starts now says of itself.
  package func description(
    seed: UInt64, experiment: String, name: String, tags: [String: String], surroundings: Surroundings
  ) -> RunDescription {
    RunDescription(
      kind: Self.kind, experiment: experiment, name: name, subject: recordedSubject, target: recordedTarget,
      seed: seed,
      budget: budget, budgetParameter: Self.budgetParameter, hyperparameters: recordedHyperparameters,
      protocolSettings: recordedSettings, configurationHash: hash, tags: tags, surroundings: surroundings,
      start: WallClock.now, formerHash: formerHash, settingsApart: settingsApart)
  }
}
