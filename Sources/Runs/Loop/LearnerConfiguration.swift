import Debugger
import Learning
import Randomness
import Settings
import Telemetry
import Tracker

/// The configuration of a run in which something learns. Conform to it for a kind of run of your own: say how its learner is
/// made, and ``LearnerRun`` starts, resumes, rewinds and reproduces its runs.
///
/// ```swift
/// import Settings
/// import Tracker
///
/// func makeRun<C: LearnerConfiguration>(of configuration: C, in store: Store) throws -> LearnerRun<C> {
///   RunKinds.register(C.self)
///   return try LearnerRun.start(configuration, seed: 1, experiment: "own", in: store)
/// }
/// ```
///
/// `Examples/Extensions` has a whole configuration and its learner, gradient descent, in a file.
public protocol LearnerConfiguration: RunConfiguration {
  associatedtype Process: Learner

  /// The word for its subject: `agent`, `model`.
  static var learns: String { get }
  /// Every hyperparameter of the learner.
  var hyperparameters: [String: HyperparameterValue] { get }
  var plan: LoopPlan { get set }
  /// The rules that watch the run.
  var debugger: DebuggerSettings { get }
  /// What is done when they find something.
  var actions: FindingActions { get set }
  /// What the learner records of its tensors, and how often.
  var signals: SignalPlan { get }

  /// The same, which looks in `store` for what it refers to by name; itself for a configuration that refers to nothing there.
  func located(in store: Store) -> Self
  /// The same with other values of hyperparameters. Throws `HyperparameterError` if the learner does not take them.
  func changing(_ hyperparameters: [String: HyperparameterValue]) throws -> Self
  /// The learner before its first step. Throws if the configuration cannot work.
  func makeLearner(seed: UInt64, in context: RunContext) throws -> Process
  /// Throws `CheckpointError` if the learner of `changed` cannot load this one's checkpoints.
  func requireCheckpoints(loadableBy changed: Self, seed: UInt64) throws
}

/// What a learner may use when it is made, beside its configuration: threads, and the store of runs that it refers to.
///
/// ```swift
/// let context = RunContext(threads: 4)
/// print(context.learnerSeed(7))  // 7
/// ```
public struct RunContext {
  /// The store with the runs that a configuration refers to; nil if there is none.
  public var sources: Store?
  /// Threads that a learner may use; results do not depend on them.
  public var threads: Int
  /// The number of the independent random stream that the learner draws from; 0 before the first rewind that changes it.
  public var stream = 0
  /// Whether the learner starts from step 0, rather than from a checkpoint.
  public var isFresh = true

  public init(sources: Store? = nil, threads: Int = 1) { (self.sources, self.threads) = (sources, threads) }

  /// The seed of what a learner draws, in a run of this seed.
  public func learnerSeed(_ seed: UInt64) -> UInt64 {
    stream == 0 ? seed : SeedSequence(seed).child(named: "rewind").child(UInt32(stream)).longWords(1)[0]
  }
}

extension LearnerConfiguration {
  public static func resume(
    _ id: String, budget: Int?, threads: Int, in store: Store
  ) throws -> (any ActiveRun)? {
    try LearnerRun<Self>.resume(id, budget: budget, threads: threads, in: store)
  }

  public static func reproduce(
    _ id: String, changes: [String: HyperparameterValue], in store: Store, shouldStop: () -> Bool,
    onProgress: (_ step: Int, _ budget: Int) -> Void
  ) throws -> RunDifference? {
    try LearnerRun<Self>.reproduce(id, changes: changes, in: store, shouldStop: shouldStop, onProgress: onProgress)
  }

  public static var learns: String { "learner" }
  public var budget: Int { plan.budget }
  public var debugger: DebuggerSettings { DebuggerSettings() }
  public var signals: SignalPlan { .none }
  public var recordedHyperparameters: [String: HyperparameterValue] { hyperparameters }
  public func located(in store: Store) -> Self { self }
  /// A changed learner loads what the old one saved, unless a kind says otherwise.
  public func requireCheckpoints(loadableBy changed: Self, seed: UInt64) throws {}

  /// As `plan`; a run that may have to go back keeps milestones.
  package var loopPlan: LoopPlan {
    var plan = plan
    plan.keepsMilestones = actions.canRewind
    return plan
  }
}
