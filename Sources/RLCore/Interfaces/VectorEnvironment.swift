/// The columns a vector of environments writes into; whoever steps the vector owns them.
public struct StepBatch: Sendable {
  /// `[N, W]`: what the next action is to be chosen on, that is after auto-reset.
  public var observations: [Float]
  /// `[N, W]`: row n is the last observation of an episode where `endings[n]` is not `.none`, else unspecified.
  public var finalObservations: [Float]
  /// `[N]`
  public var rewards: [Double]
  /// `[N]`
  public var endings: [Ending]

  public init(count: Int, width: Int) {
    observations = Array(repeating: 0, count: count * width)
    finalObservations = Array(repeating: 0, count: count * width)
    rewards = Array(repeating: 0, count: count)
    endings = Array(repeating: .none, count: count)
  }
}

/// N copies of an environment stepped together: one dynamic call a batch, whatever is behind it.
///
/// A copy whose episode ends is reset in the same step. Copy i of `reset(seed: s)` plays the episode that Gymnasium's
/// `reset(seed=s+i)` gives.
public protocol VectorEnvironment: AnyObject {
  var specification: EnvironmentSpecification { get }
  /// N, the number of copies.
  var count: Int { get }

  /// The table of transitions; nil where there is none.
  var model: (any TabularModel)? { get }

  /// Seeds every copy anew and starts an episode in each. Writes `observations`; `rewards` and `endings` become zero.
  func reset(seed: UInt64, into batch: inout StepBatch)

  /// Steps every copy by its row of `actions` `[N, A]`. Traps before the first reset, on a wrong count and on an action
  /// outside the action space (a wrong index, a NaN): whoever chooses the actions keeps them inside.
  func step(_ actions: Span<Float>, into batch: inout StepBatch)

  /// Everything that decides what the following steps give, as bytes for a checkpoint.
  func snapshot() throws -> [UInt8]

  /// Takes up a snapshot of a vector of the same specification and count.
  func restore(_ snapshot: [UInt8]) throws
}

extension VectorEnvironment {
  public var model: (any TabularModel)? { nil }
}
