import Randomness

/// A simulated environment, as its author writes it: the rules are one value, the state is another, so a snapshot is a copy.
/// Conform to it, check it with `EnvironmentLaw.violations(of:)`, and register it with `EnvironmentCatalogue`.
///
/// ```swift
/// import Randomness
///
/// struct CoinToss: Environment {
///   let specification = EnvironmentSpecification(
///     id: "CoinToss-v0", observationSpace: .discrete(count: 2), actionSpace: .discrete(count: 2), timeLimit: 10)
///
///   func reset(using generator: inout PCG64) -> Int { generator.choice(2) }
///   func step(_ state: inout Int, action: Span<Float>, using generator: inout PCG64) -> Outcome {
///     let isRight = Int(action[0]) == state
///     state = generator.choice(2)
///     return Outcome(reward: isRight ? 1 : 0, ending: .none)
///   }
///   func observe(_ state: Int, into observation: inout MutableSpan<Float>) { observation[0] = Float(state) }
/// }
/// let vector = EnvironmentVector(CoinToss(), count: 4)
/// print(vector.specification.timeLimit ?? 0)  // 10
/// ```
///
/// The time limit belongs to the specification and is applied by whoever steps the environment, not by `step`.
public protocol Environment: Sendable {
  /// Everything that changes between steps. `Codable` so that a checkpoint can hold it.
  associatedtype State: Sendable & Codable

  var specification: EnvironmentSpecification { get }

  /// The first state of an episode.
  func reset(using generator: inout PCG64) -> State

  /// Advances `state` by one action `[A]`. The ending is `.terminated` or `.none`; limits are the caller's.
  func step(_ state: inout State, action: Span<Float>, using generator: inout PCG64) -> Outcome

  /// Writes the observation `[W]` of `state`.
  func observe(_ state: State, into observation: inout MutableSpan<Float>)

  /// Writes which actions make sense in `state`, `[specification.maskWidth]`. Called only where the specification says
  /// that the environment masks actions; by default all make sense.
  func maskActions(_ state: State, into mask: inout MutableSpan<Bool>)

  /// Environments in these states, to be stepped together. By default they are stepped one by one.
  func batch(of states: [State]) -> any BatchKernel<State>
}

extension Environment {
  public func maskActions(_ state: State, into mask: inout MutableSpan<Bool>) {
    for action in mask.indices { mask[action] = true }
  }

  public func batch(of states: [State]) -> any BatchKernel<State> { PlainKernel(self, states: states) }
}
