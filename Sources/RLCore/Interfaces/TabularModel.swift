/// An environment with finitely many states whose probabilities are known, so that one can plan in it. Conform to it to solve
/// an environment of your own by value iteration or policy iteration, and to compare what is learnt with the optimum.
///
/// ```swift
/// func expectedReward(of model: some TabularModel, state: Int, action: Int) -> Double {
///   model.transitions(from: state, action: action).reduce(0) { $0 + $1.probability * $1.reward }
/// }
/// ```
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

/// One possible result of an action in a ``TabularModel``.
///
/// ```swift
/// let slippery = [Transition(0.9, to: 1, reward: 0), Transition(0.1, to: 0, reward: -1)]
/// print(slippery.map(\.nextState), slippery.reduce(0) { $0 + $1.probability })  // [1, 0] 1.0
/// ```
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
