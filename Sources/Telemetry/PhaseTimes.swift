/// Where the time of a learner went since it was made, in monotonic seconds. An agent or a learner that measures its phases
/// returns one as `times`; a run's profile shows them.
///
/// ```swift
/// var times = PhaseTimes()
/// let start = ContinuousClock.now
/// times.update += (ContinuousClock.now - start) / .seconds(1)
/// ```
public struct PhaseTimes: Sendable, Hashable {
  /// Stepping the environment.
  public var environment = 0.0
  /// Choosing actions while collecting.
  public var policy = 0.0
  /// Learning from what was collected.
  public var update = 0.0
  /// Scoring what was learnt, where that is part of learning.
  public var evaluation = 0.0

  public init() {}
}
