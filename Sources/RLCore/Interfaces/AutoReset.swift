/// What a vector does with a copy whose episode ends, by Gymnasium's names.
public enum AutoReset: String, Sendable, Hashable, Codable, CaseIterable {
  /// The next episode starts in the step that ends one: `observations` is its first observation.
  case sameStep = "same-step"
  /// `observations` is the last observation of the episode that ended. The next step of that copy ignores its action and
  /// starts the next episode instead: reward 0, no ending.
  case nextStep = "next-step"
  /// The copy waits for `reset(where:into:)`; until then no step may be taken.
  case disabled = "disabled"
}
