import Formats

/// The policy has diverged: an action is NaN or infinite, which no environment takes. An evaluation throws it; in a run it
/// becomes a finding, which a rewind may answer.
///
/// ```swift
/// func meanReward(of policy: some Policy, by evaluator: Evaluator) throws -> Double {
///   do {
///     return try evaluator.evaluate(policy, episodes: 10, phase: .evaluation).meanReward
///   } catch let error as NonFiniteActionError {
///     print(error.sentence)
///     return -.infinity
///   }
/// }
/// ```
public struct NonFiniteActionError: UserFacingError, Hashable, Sendable {
  /// Where it happened, `at step 5000` or `in an evaluation`.
  public var place: String
  /// NaN, rather than infinite.
  public var isNaN = true

  public var status: FailureStatus { .failedWork }

  public var description: String {
    "the policy has diverged (an action is \(isNaN ? "NaN" : "infinite") \(place)): lower the learning rate, or see 'rlrun "
      + "debug' for the cause; a checkpoint before this is still good"
  }

  /// Throws where one of `actions` is NaN or infinite.
  package static func check(_ actions: some Sequence<Float>, _ place: @autoclosure () -> String) throws(Self) {
    guard let action = actions.first(where: { !$0.isFinite }) else { return }
    throw NonFiniteActionError(place: place(), isNaN: action.isNaN)
  }
}
