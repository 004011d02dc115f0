import Debugger
import Environments
import Formats
import Foundation
import Learning
import RLCore
import Runs
import Settings
import Telemetry
import Tracker

/// Everything that decides what a training does, but its seed: agent, world, hyperparameters, budget, evaluation.
public struct TrainingConfiguration: Sendable, Hashable {
  /// The environment's id with its options.
  public var environment: String
  /// The agent's name.
  public var agent: String
  /// Every hyperparameter of the agent.
  public var hyperparameters: [String: HyperparameterValue]
  /// The number of environments stepped together.
  public var copies: Int
  /// The checkpoint whose policy the training starts from; nil: a fresh one.
  public var source: CheckpointReference?
  public var plan: TrainingPlan {
    get {
      var plan = settledPlan
      plan.keepsMilestones = actions.canRewind
      return plan
    }
    set { settledPlan = newValue }
  }
  /// But for what the actions say.
  private var settledPlan: TrainingPlan
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
    guard let type = Agents.named(agent) else {
      let names = Agents.all.map { $0.name }
      throw HyperparameterError(unknownName: agent, kind: "agent", among: names)
    }
    let world = try Worlds.specification(environment)
    var merged = try preset.values(agent: agent, environment: environment)
    merged.merge(values) { $1 }
    let copies = try Self.take("n_envs", .atLeast(1, limit: Bounds.mostEnvironments), from: &merged) ?? 1
    let budget = try Self.take("n_timesteps", .atLeast(1), from: &merged) ?? 100_000
    let known = Agents.documentation(of: type).map(\.name)
    for name in merged.keys.sorted() where !known.contains(name) {
      throw HyperparameterError(
        unknownName: name, kind: "hyperparameter", among: known + ["n_envs", "n_timesteps"])
    }
    self.environment = world.id
    self.agent = agent
    hyperparameters = try Agents.resolve(type, merged, for: world)
    self.copies = copies
    settledPlan = TrainingPlan(budget: budget)
  }

  /// The memory that one training takes; it does not grow as the training goes on.
  public var memory: MemoryEstimate {
    get throws {
      guard let type = Agents.named(agent) else { return MemoryEstimate() }
      let world = try Worlds.specification(environment)
      return try Agents.memory(type, hyperparameters, for: world, copies: copies, budget: plan.budget)
    }
  }

  /// Throws `HyperparameterError` where so many trainings side by side need more memory than there is, or where their
  /// first iteration would last far beyond the budget. Allocates nothing; a run that starts asks it again.
  public func check(trainings: Int = 1) throws {
    guard let type = Agents.named(agent) else { return }
    try Agents.checkIteration(type, hyperparameters, copies: copies, budget: plan.budget)
    try memory.require(trainings == 1 ? agent : "\(trainings) trainings side by side", count: trainings)
  }

  private static func take(
    _ name: String, _ bounds: Bounds, from values: inout [String: HyperparameterValue]
  ) throws(HyperparameterError) -> Int? {
    try values.removeValue(forKey: name)?.integer(for: name, in: bounds)
  }

  /// Evaluation and checkpoint settings by their command-line names.
  var protocolSettings: [String: HyperparameterValue] {
    settings(with: actions.settings)
  }

  private func settings(with actions: [String: HyperparameterValue]) -> [String: HyperparameterValue] {
    let settings: [String: HyperparameterValue] = [
      "eval-freq": .integer(plan.evaluationFrequency),
      "eval-episodes": .integer(plan.evaluationEpisodes),
      "final-episodes": .integer(plan.finalEpisodes),
      "eval-envs": .integer(Evaluator.copies),
      "save-freq": plan.saveFrequency.map { .integer($0) } ?? .none,
      "stop-reward": plan.stopReward.map { .number($0) } ?? .none,
      "patience": plan.patience.map { .integer($0) } ?? .none,
      "max-time": plan.maximumSeconds.map { .number($0) } ?? .none,
      "from": source.map { .text("\($0)") } ?? .none,
      "watch": plan.watched.recorded,
      "rules": debugger.recorded,
      "watch-every": plan.signalInterval.map { .integer($0) } ?? .none,
    ]
    return settings.merging(actions) { $1 }
  }

  /// Sixteen hexadecimal digits that two configurations share when they differ in nothing but seed, jobs, store, name,
  /// how often they save and what they watch: the start of the SHA-256 of their canonical JSON.
  public var hash: String {
    var settings = settings(with: actions.hashedSettings)
    // Checkpoints decide how far a rewind goes back.
    settings["save-freq"] = actions.canRewind ? .integer(plan.saveSpacing) : nil
    // Rules that do not act only look.
    if actions.isEmpty { settings["rules"] = nil }
    settings["command-timeout"] = nil
    settings["max-time"] = nil
    settings["watch"] = nil
    settings["watch-every"] = nil
    let content = HashedContent(
      agent: agent, environment: environment, hyperparameters: hyperparameters, copies: copies, budget: plan.budget,
      evaluation: settings)
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    // Only finite numbers pass the range checks, so encoding cannot fail.
    return String(SHA256.hexadecimal(Array(try! encoder.encode(content))).prefix(16))
  }

  private struct HashedContent: Encodable {
    var agent: String
    var environment: String
    var hyperparameters: [String: HyperparameterValue]
    var copies: Int
    var budget: Int
    var evaluation: [String: HyperparameterValue]
  }

  /// What a run that starts now says of itself.
  func description(
    seed: UInt64, experiment: String, name: String, tags: [String: String], surroundings: Surroundings
  ) -> RunDescription {
    RunDescription(
      experiment: experiment, name: name, agent: agent, environment: environment, seed: seed, copies: copies,
      budget: plan.budget, hyperparameters: hyperparameters, protocolSettings: protocolSettings,
      configurationHash: hash, tags: tags, surroundings: surroundings, start: unixMicroseconds(), kind: .training)
  }

  /// The configuration a run was started with.
  public init(of description: RunDescription) throws {
    let settings = RecordedSettings(description.protocolSettings)
    var values = description.hyperparameters
    values["n_envs"] = .integer(description.copies)
    values["n_timesteps"] = .integer(description.budget)
    try self.init(environment: description.environment, agent: description.agent, values: values)
    plan.evaluationFrequency = try settings.required("eval-freq", settings.integer)
    plan.evaluationEpisodes = try settings.required("eval-episodes", settings.integer)
    plan.finalEpisodes = try settings.required("final-episodes", settings.integer)
    plan.saveFrequency = try settings.integer("save-freq")
    plan.stopReward = try settings.number("stop-reward")
    plan.patience = try settings.integer("patience")
    plan.maximumSeconds = try settings.number("max-time")
    plan.watched = try settings.patterns("watch")
    plan.signalInterval = try settings.integer("watch-every")
    debugger = try settings.debugger("rules")
    actions = try FindingActions(of: settings)
    source = try settings.text("from").flatMap { CheckpointReference(recorded: $0) }
  }
}
