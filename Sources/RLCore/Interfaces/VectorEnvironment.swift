/// N environments stepped together: one dynamic call a batch, whatever is behind it. Agents, evaluations and wrappers take one;
/// conform to it for environments that live elsewhere, in another process or on a device.
///
/// ```swift
/// import Environments
///
/// let environments = try EnvironmentCatalogue.make("Pendulum-v1", count: 4)
/// var batch = environments.makeBatch()
/// environments.reset(seed: 7, into: &batch)
/// environments.step([Float](repeating: 0, count: 4).span, into: &batch)
/// print(batch.endings)  // [RLCore.Ending.none, RLCore.Ending.none, RLCore.Ending.none, RLCore.Ending.none]
/// ```
///
/// Environment i of `reset(seed: s)` plays the episode that Gymnasium's `reset(seed=s+i)` gives.
public protocol VectorEnvironment: AnyObject {
  var specification: EnvironmentSpecification { get }
  /// N, the number of environments.
  var count: Int { get }
  /// What happens with an environment whose episode ends; by default it is reset in the same step.
  var autoReset: AutoReset { get }

  /// The table of transitions; nil if there is none.
  var model: (any TabularModel)? { get }

  /// The running statistics that the vector normalises by, by what they are of; empty for one that does not.
  var statistics: [String: RunningMoments] { get }

  /// Takes these statistics and keeps them as they are from now on, which is what evaluations want.
  func freeze(_ statistics: [String: RunningMoments])

  /// Why its environments can no longer be stepped, where they live elsewhere and have failed; nil while all is well. From a
  /// failure on steps change nothing, and whoever steps throws it.
  var failure: (any Error)? { get }

  /// Seeds every environment anew and starts an episode in each. Writes `observations`; `rewards` and `endings` become
  /// zero.
  func reset(seed: UInt64, into batch: inout StepBatch)

  /// Starts an episode in each environment whose flag in `chosen` `[N]` is set, from the environment's own generator;
  /// its reward and ending become zero, and the rows of others stay. Traps before the first reset and on a wrong count.
  func reset(where chosen: Span<Bool>, into batch: inout StepBatch)

  /// Steps every environment by its row of `actions` `[N, A]`. Traps before the first reset, on a wrong count, on an
  /// action outside the action space (a wrong index, a NaN; whoever chooses the actions keeps them inside), and on an
  /// environment that has ended where auto-reset is disabled.
  func step(_ actions: Span<Float>, into batch: inout StepBatch)

  /// Everything that decides what the following steps give, as bytes for a checkpoint.
  func snapshot() throws -> [UInt8]

  /// Takes up a snapshot of a vector of the same specification and count.
  func restore(_ snapshot: [UInt8]) throws
}

extension VectorEnvironment {
  public var model: (any TabularModel)? { nil }
  public var autoReset: AutoReset { .sameStep }
  public var statistics: [String: RunningMoments] { [:] }
  public func freeze(_ statistics: [String: RunningMoments]) {}
  public var failure: (any Error)? { nil }

  /// Throws `failure`, where there is one: to be called after each step.
  package func checkFailure() throws { if let failure { throw failure } }

  /// Traps: a vector that resets its environments in the same step and no other way.
  public func reset(where chosen: Span<Bool>, into batch: inout StepBatch) {
    fatalError("\(specification.id): this vector cannot reset some of its environments")
  }

  /// Columns for this vector, with action masks where the environment has them.
  public func makeBatch() -> StepBatch {
    StepBatch(count: count, width: specification.observationSpace.width, maskWidth: specification.maskWidth)
  }
}
