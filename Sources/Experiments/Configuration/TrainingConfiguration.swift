import Environments
import Foundation
import Learning
import RLCore
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
  public var plan: TrainingPlan
  /// The rules that watch the training.
  public var debugger = DebuggerSettings()
  /// What is done when they find something.
  public var actions = FindingActions() {
    didSet { plan.keepsMilestones = actions.canRewind }
  }

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
    plan = TrainingPlan(budget: budget)
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
    return settings.merging(actions.settings) { $1 }
  }

  /// Sixteen hexadecimal digits that two configurations share when they differ in nothing but seed, jobs, store, name,
  /// how often they save and what they watch: the start of the SHA-256 of their canonical JSON.
  public var hash: String {
    var settings = protocolSettings
    // Checkpoints decide how far a rewind goes back.
    settings["save-freq"] = actions.canRewind ? .integer(plan.saveSpacing) : nil
    settings["command-timeout"] = nil
    // Rules that do not act only look.
    if actions.isEmpty { settings["rules"] = nil }
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

  /// The configuration a run was started with.
  public init(of description: RunDescription) throws {
    func setting(_ name: String) throws -> Int {
      guard case .integer(let value)? = description.protocolSettings[name] else {
        throw ConfigurationError("the run's record lacks the setting '\(name)'")
      }
      return value
    }
    var values = description.hyperparameters
    values["n_envs"] = .integer(description.copies)
    values["n_timesteps"] = .integer(description.budget)
    try self.init(environment: description.environment, agent: description.agent, values: values)
    plan.evaluationFrequency = try setting("eval-freq")
    plan.evaluationEpisodes = try setting("eval-episodes")
    plan.finalEpisodes = try setting("final-episodes")
    if case .integer(let steps)? = description.protocolSettings["save-freq"] { plan.saveFrequency = steps }
    if case .number(let reward)? = description.protocolSettings["stop-reward"] { plan.stopReward = reward }
    if case .integer(let patience)? = description.protocolSettings["patience"] { plan.patience = patience }
    if case .number(let limit)? = description.protocolSettings["max-time"] { plan.maximumSeconds = limit }
    debugger = try DebuggerSettings(recorded: description.protocolSettings["rules"])
    plan.watched = try [TensorPattern](recorded: description.protocolSettings["watch"])
    if case .integer(let steps)? = description.protocolSettings["watch-every"] { plan.signalInterval = steps }
    actions = try FindingActions(of: description.protocolSettings)
    if case .text(let text)? = description.protocolSettings["from"] { source = CheckpointReference(recorded: text) }
  }
}
