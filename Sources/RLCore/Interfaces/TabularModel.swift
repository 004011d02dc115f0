/// An environment with finitely many states whose probabilities are known, so that one can plan in it.
///
/// States are the indices `0 ..< stateCount`, actions `0 ..< actionCount`. A state may be unreachable.
public protocol TabularModel: Environment {
  var stateCount: Int { get }
  var actionCount: Int { get }

  /// The probability of each state to be an episode's first, `[stateCount]`.
  var startProbabilities: [Double] { get }

  /// What an action may lead to; the probabilities add up to 1, and a next state may be listed more than once.
  func transitions(from state: Int, action: Int) -> [Transition]

  /// The index of a state that an episode passes through.
  func index(of state: State) -> Int
}

/// One thing that an action may lead to.
public struct Transition: Sendable, Hashable {
  public var probability: Double
  public var nextState: Int
  public var reward: Double
  /// Whether the episode ends with it, so that the next state has no future.
  public var terminated: Bool

  public init(_ probability: Double, to nextState: Int, reward: Double, terminated: Bool = false) {
    self.probability = probability
    self.nextState = nextState
    self.reward = reward
    self.terminated = terminated
  }
}
