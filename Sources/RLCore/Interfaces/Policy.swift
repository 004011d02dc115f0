import Randomness

/// Chooses actions: of an agent the part that acts, without anything that only learning needs. Call one to let a trained agent
/// act in your own loop; conform to it for a baseline or for the policy of an agent of your own.
///
/// ```swift
/// import Randomness
///
/// func actions(of policy: some Policy, on batch: StepBatch, width: Int) -> [Float] {
///   let count = batch.rewards.count
///   var state = policy.makeState(count: count)
///   var generator = CounterGenerator(SeedSequence(1))
///   var actions = [Float](repeating: 0, count: count * width)
///   var span = actions.mutableSpan
///   policy.act(
///     on: batch.observations.span, masks: batch.actionMasks.span, count: count, deterministic: true,
///     state: &state, using: &generator, into: &span)
///   return actions
/// }
/// ```
///
/// A policy is a value that never changes, so that any number of callers use one at the same time. What acting needs between
/// calls is the caller's `State`.
public protocol Policy: Sendable {
  /// What a caller holds from one call to the next: room for activations, a generator, what a recurrent policy remembers
  /// of its rows. `Void` where there is nothing.
  associatedtype State = Void

  /// A state for up to `count` rows.
  func makeState(count: Int) -> State

  /// Writes `count` actions `[count, A]` for observations `[count, W]`; the most likely ones where `deterministic`,
  /// ones drawn with `generator` else.
  ///
  /// `masks` `[count, maskWidth]` are the environments' action masks, for policies that keep to them; empty where there are
  /// none. Traps on a wrong count.
  func act(
    on observations: Span<Float>, masks: Span<Bool>, count: Int, deterministic: Bool, state: inout State,
    using generator: inout CounterGenerator, into actions: inout MutableSpan<Float>)
}

extension Policy where State == Void {
  public func makeState(count: Int) {}
}
