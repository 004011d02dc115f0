import Formats
import Learning
import Settings
import Synchronization
import Telemetry

/// The agents of this library, and those that a program registers. Use it to make an agent by its name, to list what there is,
/// and to load a policy whose agent is known from its checkpoint only.
///
/// ```swift
/// print(Agents.all.map { $0.name }.contains("ppo"))  // true
/// let ppo = Agents.named("ppo")!
/// for setting in Agents.documentation(of: ppo) where setting.name == "gamma" {
///   print("\(setting.name) = \(setting.defaultValue), \(setting.range)")  // gamma = 0.99, 0 to 1
/// }
/// ```
///
/// A new agent is its file in Algorithms and a line here; one of a program's own is registered.
public enum Agents {
  public static let builtIn: [any Agent.Type] = [
    PPO.self, A2C.self, REINFORCE.self, DQN.self, SAC.self, TD3.self, DDPG.self, QLearning.self, SARSA.self,
    ExpectedSARSA.self,
    DoubleQLearning.self, MonteCarloControl.self, ValueIteration.self, PolicyIteration.self,
  ]

  /// With those that this program has registered.
  public static var all: [any Agent.Type] { builtIn + registered.withLock { $0 } }

  /// nil if there is no agent of that name.
  public static func named(_ name: String) -> (any Agent.Type)? { all.first { $0.name == name } }

  /// Makes an agent of your own known by its name in this program: configurations, trainings and saved policies take it like any
  /// other from then on. Traps where its name is taken.
  public static func register(_ type: any Agent.Type) {
    registered.withLock { types in
      precondition(!(builtIn + types).contains { $0.name == type.name }, "there is an agent '\(type.name)' already")
      types.append(type)
    }
  }

  private static let registered = Mutex<[any Agent.Type]>([])

  /// A policy out of a checkpoint, ready to act in `environment`; nothing that only learning needs is built.
  ///
  /// Throws `CheckpointError` where the checkpoint is not of an agent known here, or for other spaces.
  public static func policy(from checkpoint: Checkpoint, for environment: EnvironmentSpecification) throws -> any Policy
  {
    let name = try checkpoint.text("agent")
    guard let type = named(name) else {
      throw CheckpointError("the checkpoint is of an agent '\(name)', which this program does not know")
    }
    try requireOneKindOfAction(environment)
    let values: [String: HyperparameterValue] = try checkpoint.decode("hyperparameters")
    func policy<A: Agent>(_ type: A.Type) throws -> any Policy {
      let configuration = try A.Configuration(values)
      try configuration.validate(for: environment)
      return try A.policy(in: checkpoint, configuration, for: environment)
    }
    return try policy(type)
  }

  /// An agent with the given hyperparameters; those not given keep their defaults.
  ///
  /// ```swift
  /// import Environments
  ///
  /// let world = try EnvironmentCatalogue.specification("CartPole-v1")
  /// let agent = try Agents.make(
  ///   Agents.named("a2c")!, hyperparameters: ["gamma": .number(0.9)], for: world, environmentCount: 8, seed: 1)
  /// ```
  ///
  /// Throws `HyperparameterError` for an unknown name, a value out of range, a contradiction, or sizes that need more memory
  /// than there is.
  public static func make(
    _ type: any Agent.Type, hyperparameters: [String: HyperparameterValue], for environment: EnvironmentSpecification,
    environmentCount: Int, seed: UInt64
  ) throws -> any Agent {
    try requireOneKindOfAction(environment)
    try memory(type, hyperparameters, for: environment, environmentCount: environmentCount, budget: 0).require(
      type.name)
    func make<A: Agent>(_ type: A.Type) throws -> any Agent {
      let configuration = try A.Configuration(hyperparameters)
      return try A(configuration, for: environment, environmentCount: environmentCount, seed: seed)
    }
    return try make(type)
  }

  /// All of an agent's hyperparameters: the given values, checked for this environment, and the defaults of the others.
  ///
  /// Throws `HyperparameterError` as `make` does.
  public static func resolve(
    _ type: any Agent.Type, _ values: [String: HyperparameterValue], for environment: EnvironmentSpecification
  ) throws(HyperparameterError) -> [String: HyperparameterValue] {
    try requireOneKindOfAction(environment)
    func resolve<A: Agent>(_ type: A.Type) throws(HyperparameterError) -> [String: HyperparameterValue] {
      let configuration = try A.Configuration(values)
      try configuration.validate(for: environment)
      return configuration.values
    }
    return try resolve(type)
  }

  /// The defaults of hyperparameters that were added when the agent had runs already.
  package static func laterDefaults(of type: any Agent.Type) -> [String: HyperparameterValue] {
    func defaults<A: Agent>(_ type: A.Type) -> [String: HyperparameterValue] { A.Configuration.laterDefaults }
    return defaults(type)
  }

  private static func requireOneKindOfAction(_ environment: EnvironmentSpecification) throws(HyperparameterError) {
    switch environment.actionSpace {
    case .tuple, .dict:
      throw HyperparameterError(
        "the agents choose actions of one kind, but those of \(environment.id) are \(environment.actionSpace): state them as "
          + "MultiDiscrete, MultiBinary or Box")
    case .discrete, .box, .multiDiscrete, .multiBinary: return
    }
  }

  /// The memory that a training of `budget` transitions takes, the environments' included.
  /// Throws `HyperparameterError` as `make` does.
  public static func memory(
    _ type: any Agent.Type, _ values: [String: HyperparameterValue], for environment: EnvironmentSpecification,
    environmentCount: Int,
    budget: Int
  ) throws(HyperparameterError) -> MemoryEstimate {
    func estimate<A: Agent>(_ type: A.Type) throws(HyperparameterError) -> MemoryEstimate {
      try A.Configuration(values).memory(for: environment, environmentCount: environmentCount, budget: budget)
    }
    var memory = try estimate(type)
    let row =
      4 * (2 * environment.observationSpace.width + 2 * environment.actionSpace.width) + environment.bytesPerCopy
    memory.add("the environments", bytes: Double(environmentCount) * Double(row), lower: "n_envs")
    return memory
  }

  /// Throws where an iteration would collect far more than the whole `budget`, so that nothing would be heard of the
  /// training for as long.
  public static func checkIteration(
    _ type: any Agent.Type, _ values: [String: HyperparameterValue], environmentCount: Int, budget: Int
  ) throws(HyperparameterError) {
    func length<A: Agent>(_ type: A.Type) throws(HyperparameterError) -> Double {
      try A.Configuration(values).iterationLength(environmentCount: environmentCount)
    }
    let length = try length(type)
    guard length > Double(budget) + mostBeyondBudget else { return }
    throw HyperparameterError(
      "one iteration of \(type.name) would collect \(shortest(length)) transitions, and the training is to have \(budget): "
        + "lower n_steps, n_episodes or n_envs, or raise the steps")
  }

  /// Transitions by which the last iteration may pass the end of the budget.
  private static let mostBeyondBudget = 300_000.0

  /// Whether an agent acts for a part of its environments while the others are stepped.
  package static func actsInParts(_ type: any Agent.Type) -> Bool {
    func acts<A: Agent>(_ type: A.Type) -> Bool { A.Configuration.self is any SegmentConfiguration.Type }
    return acts(type)
  }

  /// Every hyperparameter of an agent with its default.
  public static func documentation(of type: any Agent.Type) -> [HyperparameterDocumentation] {
    func document<A: Agent>(_ type: A.Type) -> [HyperparameterDocumentation] { A.Configuration.documentation }
    return document(type)
  }
}
