/// One whole episode, with raw, undiscounted rewards. Record one when an episode of your own loop ends; evaluations return them.
///
/// ```swift
/// let episode = Episode(phase: .training, reward: 200, length: 200, truncated: true)
/// print(episode.truncated ? "reached the time limit" : "ended")  // reached the time limit
/// ```
public struct Episode: Hashable, Sendable {
  /// What the episode was played for.
  public enum Phase: UInt8, Sendable, CaseIterable {
    /// Collected while learning.
    case training
    /// Played by the evaluation every so many steps.
    case evaluation
    /// Played with the last parameters after the budget was used up.
    case final
  }

  public var phase: Phase
  /// The sum of the rewards.
  public var reward: Double
  /// The number of transitions.
  public var length: Int
  /// Whether the episode was cut by a limit rather than ended by its rules.
  public var truncated: Bool

  public init(phase: Phase, reward: Double, length: Int, truncated: Bool) {
    self.phase = phase
    self.reward = reward
    self.length = length
    self.truncated = truncated
  }
}
