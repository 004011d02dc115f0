/// What is fixed about an environment, known before its first step.
public struct EnvironmentSpecification: Sendable, Hashable {
  /// The id with its options, as a user writes it: `CartPole-v1`, `FrozenLake-v1:slippery=false`.
  public var id: String
  public var observationSpace: Space
  public var actionSpace: Space
  /// The number of steps after which an episode is truncated.
  public var timeLimit: Int?
  /// The mean return at which the environment counts as solved.
  public var rewardThreshold: Double?

  public init(
    id: String, observationSpace: Space, actionSpace: Space, timeLimit: Int? = nil, rewardThreshold: Double? = nil
  ) {
    self.id = id
    self.observationSpace = observationSpace
    self.actionSpace = actionSpace
    self.timeLimit = timeLimit
    self.rewardThreshold = rewardThreshold
  }
}
