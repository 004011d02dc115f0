/// What is fixed about an environment, known before its first step: id, spaces, time limit. An ``Environment`` has one; agents
/// are made for one.
///
/// ```swift
/// let thermostat = EnvironmentSpecification(
///   id: "Thermostat-v0", observationSpace: .box(low: [-4, -4], high: [4, 4]), actionSpace: .discrete(count: 3),
///   timeLimit: 96, rewardThreshold: 80)
/// print(thermostat.flaw == nil, thermostat.actionSpace)  // true Discrete(3)
/// ```
public struct EnvironmentSpecification: Sendable, Hashable {
  /// The id with its options, as a user writes it: `CartPole-v1`, `FrozenLake-v1:slippery=false`.
  public var id: String
  public var observationSpace: Space
  public var actionSpace: Space
  /// The number of steps after which an episode is truncated.
  public var timeLimit: Int?
  /// The mean return at which the environment counts as solved.
  public var rewardThreshold: Double?
  /// Whether the environment says which actions make sense (`Environment.maskActions`).
  public var masksActions: Bool
  /// The bytes of memory that an environment takes, roughly: its state, its generator.
  public var bytesPerCopy = 1_000

  public init(
    id: String, observationSpace: Space, actionSpace: Space, timeLimit: Int? = nil, rewardThreshold: Double? = nil,
    masksActions: Bool = false
  ) {
    self.id = id
    self.observationSpace = observationSpace
    self.actionSpace = actionSpace
    self.timeLimit = timeLimit
    self.rewardThreshold = rewardThreshold
    self.masksActions = masksActions
  }

  /// What is wrong with it, in the words of the rule that is broken; nil for a sound one.
  public var flaw: String? {
    if id.isEmpty { return "the id is empty" }
    if let flaw = observationSpace.flaw { return "the observation space \(observationSpace) \(flaw)" }
    if let flaw = actionSpace.flaw { return "the action space \(actionSpace) \(flaw)" }
    if let timeLimit, timeLimit < 1 { return "the time limit is \(timeLimit)" }
    if let rewardThreshold, !rewardThreshold.isFinite { return "the reward threshold is \(rewardThreshold)" }
    if masksActions, maskWidth == nil { return "it says that it masks actions, but those are \(actionSpace)" }
    return nil
  }

  /// The number of flags in an action mask: one for each action, component by component; nil where there is no mask.
  public var maskWidth: Int? {
    switch actionSpace {
    case .discrete(let count, _) where masksActions: count
    case .multiDiscrete(let counts) where masksActions: counts.reduce(0, +)
    default: nil
    }
  }
}
