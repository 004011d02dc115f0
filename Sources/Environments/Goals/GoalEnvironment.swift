import RLCore

/// An environment that shows the goal it has reached beside the one it is to reach, and whose reward follows from these two: an
/// episode can be looked at again with another goal. Its observation space has `goalColumns`.
package protocol GoalEnvironment: Environment {
  /// The reward of a step that led to `achieved`, `[G]`, where `desired` was to be reached.
  func reward(achieved: Span<Float>, desired: Span<Float>) -> Double
}
