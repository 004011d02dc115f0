import Learning
import Randomness
import Settings
import Telemetry

/// The hyperparameters of an agent, listed once, with the checks that take more than one of them. Write one for an agent of
/// your own.
///
/// ```swift
/// import Learning
/// import Settings
///
/// struct BanditConfiguration: AgentConfiguration {
///   var epsilon = 0.1
///   static let hyperparameters: [Hyperparameter<BanditConfiguration>] = [
///     .number("epsilon", \.epsilon, .unit, "share of random actions")
///   ]
///
///   func validate(for world: EnvironmentSpecification) throws(HyperparameterError) {
///     guard case .discrete = world.actionSpace else {
///       throw HyperparameterError("bandit needs a Discrete action space; \(world.id) has \(world.actionSpace)")
///     }
///   }
///   func memory(for world: EnvironmentSpecification, environmentCount: Int, budget: Int) -> MemoryEstimate {
///     MemoryEstimate()
///   }
/// }
/// print(BanditConfiguration().values)  // ["epsilon": 0.1]
/// ```
public protocol AgentConfiguration: Configurable {
  /// Throws where values that are each in range contradict one another.
  func validate(for environment: EnvironmentSpecification) throws(HyperparameterError)

  /// The memory that a training takes, from its sizes alone: what is learnt from, networks, what passes through them.
  ///
  /// `environmentCount` environments are stepped together, for `budget` transitions. It is judged before anything is
  /// allocated.
  func memory(for environment: EnvironmentSpecification, environmentCount: Int, budget: Int) -> MemoryEstimate

  /// The transitions that an iteration collects at least before anything is learnt, recorded or stopped; as a Double,
  /// which absurd ones do not overflow.
  func iterationLength(environmentCount: Int) -> Double
}

extension AgentConfiguration {
  /// One step of each environment.
  public func iterationLength(environmentCount: Int) -> Double { Double(environmentCount) }
}

/// How far a training has come. An agent's `iterate` gets one, to anneal what changes over the training.
///
/// ```swift
/// let progress = TrainingProgress(steps: 25_000, budget: 100_000)
/// print(3e-4 * progress.remaining)  // 0.000225
/// ```
public struct TrainingProgress: Sendable, Hashable {
  /// Transitions collected so far, over all environments.
  public var steps: Int
  /// Transitions asked for.
  public var budget: Int

  public init(steps: Int, budget: Int) {
    self.steps = steps
    self.budget = budget
  }

  /// The share of the budget that is left, from 1 to 0: what annealed hyperparameters are multiplied by.
  public var remaining: Double { max(0, 1 - Double(steps) / Double(max(1, budget))) }
}

/// A learner, which has a policy. Conform to it for an algorithm of your own: one iteration collects experience, then improves.
/// Stopping, evaluation and checkpoints belong to the training loop.
///
/// ```swift
/// import Telemetry
///
/// func learn(_ agent: any Agent, in environments: any VectorEnvironment, steps: Int, reporting sink: any MetricSink) throws {
///   agent.begin(in: environments, seed: 1)
///   var collected = 0
///   while collected < steps {
///     let progress = TrainingProgress(steps: collected, budget: steps)
///     collected += try agent.iterate(in: environments, progress: progress, reporting: sink)
///   }
/// }
/// ```
///
/// `Examples/Extensions` has a whole agent, random hill climbing, in a file.
public protocol Agent: AnyObject, SendableMetatype {
  associatedtype Configuration: AgentConfiguration

  /// The name on the command line, `ppo`.
  static var name: String { get }
  /// One line: what it is and where it was published.
  static var summary: String { get }

  /// `environmentCount` is the number of environments stepped together; every random draw derives from `seed`.
  /// Throws `HyperparameterError` where the configuration cannot work in this environment.
  init(_ configuration: Configuration, for environment: EnvironmentSpecification, environmentCount: Int, seed: UInt64)
    throws

  var configuration: Configuration { get }

  /// Takes the first observations. Called once before the first iteration, unless `load` was.
  func begin(in environment: any VectorEnvironment, seed: UInt64)

  /// Throws `HyperparameterError` where the agent needs more of the environment than its specification says it has.
  func check(_ environment: any VectorEnvironment) throws(HyperparameterError)

  /// Whether there is nothing left to improve, so that a training ends before its budget.
  var isFinished: Bool { get }

  /// Collects a stretch of experience and learns from it; returns the number of transitions collected.
  /// Records what happened at the step count after collection.
  func iterate(in environment: any VectorEnvironment, progress: TrainingProgress, reporting sink: any MetricSink) throws
    -> Int

  /// Gradient steps per transition; nil if there are none.
  var updatesPerStep: Double? { get }

  /// The tensors that can be watched: `weights/NAME.i` of its networks' layers, `signals/NAME` of what it learns from.
  var tensors: [String] { get }

  /// Where the time of its iterations went so far.
  var times: PhaseTimes { get }

  /// Everything that decides what the following iterations do.
  func save(into checkpoint: inout Checkpoint)
  /// Loads what `save` wrote. Throws `CheckpointError` where it does not fit.
  func load(from checkpoint: Checkpoint) throws

  /// The policy as it is now: a copy, which learns nothing more.
  var policy: any Policy { get }
  /// The policy that an agent of this `configuration` saved, without building the agent.
  ///
  /// `configuration` is valid for `environment`. Throws `CheckpointError` where the checkpoint does not fit.
  static func policy(
    in checkpoint: Checkpoint, _ configuration: Configuration, for environment: EnvironmentSpecification
  ) throws -> any Policy
  /// Starts from a saved policy: loads of what `save` wrote only what acting needs, and nothing of the learning; the
  /// number of environments may differ.
  func loadPolicy(from checkpoint: Checkpoint) throws
}

/// What most agents do.
extension Agent {
  public func check(_ environment: any VectorEnvironment) throws(HyperparameterError) {}
  public var isFinished: Bool { false }
  public var updatesPerStep: Double? { nil }
  public var tensors: [String] { [] }
  public var times: PhaseTimes { PhaseTimes() }
}
