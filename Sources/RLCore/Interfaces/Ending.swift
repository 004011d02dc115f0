/// How a step left its episode.
///
/// A terminated step has no future; a truncated one has, and bootstraps from the value of its final observation.
public enum Ending: UInt8, Sendable, CaseIterable {
  case none
  case terminated
  case truncated
}

/// What one step of an environment gave.
public struct Outcome: Hashable, Sendable {
  public var reward: Double
  public var ending: Ending

  public init(reward: Double, ending: Ending) {
    self.reward = reward
    self.ending = ending
  }
}
