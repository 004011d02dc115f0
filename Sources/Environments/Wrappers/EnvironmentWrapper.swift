import RLCore
import Randomness

/// An environment that changes something about another, copy by copy: its limit, its actions, its observations.
///
/// A wrapper says what it changes; the rest is the other's. It keeps the other's batch kernel, so a wrapped environment
/// stays fast. Its id has the option by which the command line makes it: `Pendulum-v1:time_limit=50`.
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

/// Cuts episodes after a number of steps of its own, in place of the environment's.
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
  /// Adds an option to the id.
  mutating func addOption(_ option: String) { id += (id.contains(":") ? "," : ":") + option }
}
