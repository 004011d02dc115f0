/// Where the time of what learns went since it was made, in monotonic seconds.
public struct PhaseTimes: Sendable, Hashable {
  /// Stepping the world.
  public var environment = 0.0
  /// Choosing actions while collecting.
  public var policy = 0.0
  /// Learning from what was collected.
  public var update = 0.0
  /// Scoring what was learnt, where that is part of learning.
  public var evaluation = 0.0

  public init() {}
}
