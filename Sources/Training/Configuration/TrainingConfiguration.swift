import Debugger
import Environments
import Learning
import PythonEnvironments
import RLCore
import Runs
import Settings
import Telemetry
import Tracker

/// Everything that decides what a training does, but its seed: agent, environment, hyperparameters, budget, evaluation. Make one,
/// change its plan or its debugger, and start a ``TrainingRun`` of it.
///
/// ```swift
/// var configuration = try TrainingConfiguration(
///   environment: "CartPole-v1", agent: "ppo", preset: .zoo, values: ["n_timesteps": .integer(20_000)])
/// configuration.plan.evaluationFrequency = 5_000
/// configuration.plan.stopScore = 475
/// print(configuration.agent, configuration.budget)  // ppo 20000
/// ```
public struct TrainingConfiguration: Sendable, Hashable {
  /// The environment's id with its options.
  public var environment: String
  /// The agent's name.
  public var agent: String
  /// Every hyperparameter of the agent.
  public var hyperparameters: [String: HyperparameterValue]
  /// The number of environments stepped together.
  public var environmentCount: Int
  /// The checkpoint whose policy the training starts from; nil: a fresh one.
  public var source: CheckpointReference?
  public var plan: LoopPlan
  /// Episodes per evaluation during training.
  public var evaluationEpisodes = 10
  /// Episodes of the evaluation of the last parameters; 0: none.
  public var finalEpisodes = 100
  /// The tensors of which everything is recorded.
  public var watched: [NamePattern] = []
  /// Transitions between two records of networks and inputs; nil: a two hundredth of the budget; 0: none.
  public var watchInterval: Int?
  /// How environments in Python are run.
  package var python = PythonSettings()
  /// The rules that watch the training.
  public var debugger = DebuggerSettings()
  /// What is done when they find something.
  public var actions = FindingActions()

  /// Resolves a configuration: the agent's defaults, then the preset, then `values`.
  ///
  /// `values` may hold `n_envs` and `n_timesteps` besides hyperparameters. Throws `ConfigurationError`,
  /// `HyperparameterError` or `EnvironmentError` for what is unknown, out of range or contradictory.
  public init(
    environment: String, agent: String = "ppo", preset: Preset = .default,
    values: [String: HyperparameterValue] = [:]
  ) throws {
    try self.init(environment: environment, agent: agent, preset: preset, values: values, python: PythonSettings())
  }

  /// As above, with environments in Python run as `python` says.
  package init(
    environment: String, agent: String, preset: Preset = .default, values: [String: HyperparameterValue],
    python: PythonSettings
  ) throws {
    guard let type = Agents.named(agent) else {
      let names = Agents.all.map { $0.name }
      throw HyperparameterError(unknownName: agent, kind: "agent", among: names)
    }
    let specification = try EnvironmentCatalogue.specification(environment, python: python)
    var merged = try preset.values(agent: agent, environment: environment)
    merged.merge(values) { $1 }
    let environmentCount = try Self.take("n_envs", .atLeast(1, limit: Bounds.mostEnvironments), from: &merged) ?? 1
    let budget = try Self.take("n_timesteps", .atLeast(1), from: &merged) ?? 100_000
    let known = Agents.documentation(of: type).map(\.name)
    for name in merged.keys.sorted() where !known.contains(name) {
      throw HyperparameterError(
        unknownName: name, kind: "hyperparameter", among: known + ["n_envs", "n_timesteps"])
    }
    self.environment = specification.id
    self.agent = agent
    self.python = python
    hyperparameters = try Agents.resolve(type, merged, for: specification)
    self.environmentCount = environmentCount
    plan = LoopPlan(budget: budget)
    try checkAsync(type)
    plan.evaluationFrequency = 10_000
    plan.keepsBest = true
    plan.scoreReason = "an evaluation reached the reward to stop at"
  }

  package var specification: EnvironmentSpecification {
    get throws { try EnvironmentCatalogue.specification(environment, python: python) }
  }

  /// The memory that one training takes; it does not grow as the training goes on.
  public var memory: MemoryEstimate {
    get throws {
      guard let type = Agents.named(agent) else { return MemoryEstimate() }
      return try Agents.memory(
        type, hyperparameters, for: specification, environmentCount: environmentCount, budget: plan.budget)
    }
  }

  /// Throws `HyperparameterError` where so many trainings side by side need more memory than there is, or where their
  /// first iteration would last far beyond the budget. Allocates nothing; a run that starts asks it again.
  public func check(trainings: Int = 1) throws {
    guard let type = Agents.named(agent) else { return }
    try Agents.checkIteration(type, hyperparameters, environmentCount: environmentCount, budget: plan.budget)
    try memory.require(trainings == 1 ? agent : "\(trainings) trainings side by side", count: trainings)
  }

  private static func take(
    _ name: String, _ bounds: Bounds, from values: inout [String: HyperparameterValue]
  ) throws(HyperparameterError) -> Int? {
    try values.removeValue(forKey: name)?.integer(for: name, in: bounds)
  }
}

extension TrainingConfiguration: RunConfiguration {
  public static let kind = RunKind.training
  public static let unit = StepUnit.steps
  public static let budgetParameter: String? = "n_timesteps"

  public static let settings: [Setting<TrainingConfiguration>] =
    [
      .integer("eval-freq", \.plan.evaluationFrequency),
      .integer("eval-episodes", \.evaluationEpisodes),
      .integer("final-episodes", \.finalEpisodes),
      .derived("eval-envs") { _ in .integer(Evaluator.environmentCount) },
      .saveFrequency(\.plan, actions: \.actions),
      .number("stop-reward", \.plan.stopScore),
      .integer("patience", \.plan.patience),
      .number("max-time", \.plan.maximumSeconds, isOfIdentity: false),
      .checkpoint("from", \.source),
      .watch(\.watched),
      .integer("watch-every", \.watchInterval, isOfIdentity: false),
      .rules(\.debugger, actions: \.actions),
    ] + Setting.actions(\.actions) + pythonSettings

  public var recordedSubject: String { agent }
  public var recordedTarget: String { environment }
  public var budget: Int { plan.budget }

  public var recordedHyperparameters: [String: HyperparameterValue] {
    hyperparameters.merging(["n_envs": .integer(environmentCount)]) { $1 }
  }

  public var laterDefaults: [String: HyperparameterValue] {
    Agents.named(agent).map { Agents.laterDefaults(of: $0) } ?? [:]
  }

  public init(of description: RunDescription) throws {
    var values = description.hyperparameters
    values["n_timesteps"] = .integer(description.budget)
    let recorded = RecordedSettings(description.protocolSettings)
    try self.init(
      environment: description.target, agent: description.subject, values: values,
      python: try PythonSettings(recorded))
    try read(recorded)
  }

  public var formerHash: String? {
    // Of the settings that may be absent these stood in the hash all the same.
    let absent = ["stop-reward", "patience", "from"] + (actions.isEmpty ? [] : ["rules"])
    let settings = Dictionary(uniqueKeysWithValues: absent.map { ($0, HyperparameterValue.none) })
    return FormerHash.ofTraining(
      agent: agent, environment: environment, hyperparameters: withoutLaterDefaults(hyperparameters),
      copies: environmentCount, budget: budget,
      settings: settings.merging(settingsOfIdentity) { $1 })
  }
}
