import RLCore
import Randomness

/// An environment that changes something about another: its limit, its actions, its observations. Conform to it and write only
/// what differs; the rest is the other's.
///
/// ```swift
/// import RLCore
/// import Randomness
///
/// struct Sparse<Base: Environment>: EnvironmentWrapper {
///   let base: Base
///   var specification: EnvironmentSpecification { base.specification }
///
///   func step(_ state: inout Base.State, action: Span<Float>, using generator: inout PCG64) -> Outcome {
///     let outcome = base.step(&state, action: action, using: &generator)
///     return Outcome(reward: outcome.ending == .terminated ? outcome.reward : 0, ending: outcome.ending)
///   }
///   func batch(of states: [Base.State]) -> any BatchKernel<Base.State> { fatalError("see Environment.batch(of:)") }
/// }
/// ```
///
/// It keeps the other's batch kernel, so a wrapped environment stays fast. Its id has the option by which the command line
/// makes it: `Pendulum-v1:time_limit=50`.
public protocol EnvironmentWrapper: Environment {
  associatedtype Base: Environment
  var base: Base { get }
}

extension EnvironmentWrapper where State == Base.State {
  public func reset(using generator: inout PCG64) -> State { base.reset(using: &generator) }

  public func step(_ state: inout State, action: Span<Float>, using generator: inout PCG64) -> Outcome {
    base.step(&state, action: action, using: &generator)
  }

  public func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    base.observe(state, into: &observation)
  }

  public func maskActions(_ state: State, into mask: inout MutableSpan<Bool>) {
    base.maskActions(state, into: &mask)
  }

  public func batch(of states: [State]) -> any BatchKernel<State> { base.batch(of: states) }
}

/// Truncates episodes after `steps` steps, in place of the environment's own limit.
///
/// ```swift
/// import RLCore
///
/// func shortened(_ environment: some Environment) -> any VectorEnvironment {
///   EnvironmentVector(TimeLimit(environment, steps: 50), count: 8)
/// }
/// print(try EnvironmentCatalogue.specification("Pendulum-v1:time_limit=50").timeLimit ?? 0)  // 50
/// ```
public struct TimeLimit<Base: Environment>: EnvironmentWrapper {
  public let base: Base
  public let specification: EnvironmentSpecification

  /// Traps unless `steps` is at least 1.
  public init(_ base: Base, steps: Int) {
    precondition(steps >= 1, "\(base.specification.id): a time limit is at least one step, not \(steps)")
    self.base = base
    var specification = base.specification
    specification.addOption("time_limit=\(steps)")
    specification.timeLimit = steps
    self.specification = specification
  }

  // For the compiler, which does not infer it from the protocol's extension.
  public typealias State = Base.State
}

extension TimeLimit: TabularModel where Base: TabularModel {
  public var stateCount: Int { base.stateCount }
  public var actionCount: Int { base.actionCount }
  public var startProbabilities: [Double] { base.startProbabilities }
  public func transitions(from state: Int, action: Int) -> [Transition] {
    base.transitions(from: state, action: action)
  }
  public func index(of state: State) -> Int { base.index(of: state) }
}

extension EnvironmentSpecification {
  /// Adds an option to the id, which may have colons of its own where it has none yet: `py:module:Id-v0`.
  mutating func addOption(_ option: String) { id += (id.contains("=") ? "," : ":") + option }
}
