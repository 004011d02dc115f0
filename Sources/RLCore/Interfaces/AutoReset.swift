/// What a vector does with an environment whose episode ends, by Gymnasium's names. Trainings use `sameStep`; choose
/// `disabled` where the last state of an episode is to be looked at.
///
/// ```swift
/// import Environments
///
/// let environments = try EnvironmentCatalogue.make("CartPole-v1", count: 2, autoReset: .disabled)
/// var batch = environments.makeBatch()
/// environments.reset(seed: 1, into: &batch)
/// environments.reset(where: [true, false].span, into: &batch)  // a new episode in the first
/// ```
public enum AutoReset: String, Sendable, Hashable, Codable, CaseIterable {
  /// The next episode starts in the step that ends one: `observations` is its first observation.
  case sameStep = "same-step"
  /// `observations` is the last observation of the episode that ended. The next step of that environment ignores its
  /// action and starts the next episode instead: reward 0, no ending.
  case nextStep = "next-step"
  /// The environment waits for `reset(where:into:)`; until then no step may be taken.
  case disabled = "disabled"
}
