import Randomness

/// Chooses actions: of an agent the part that acts, without anything that only learning needs.
///
/// A policy is a value that never changes, so that any number of callers act by one at the same time. What acting needs
/// between calls is the caller's `State`:
///
///     var state = policy.makeState(count: environments.count)
///     policy.act(
///       on: batch.observations.span, masks: batch.actionMasks.span, count: environments.count, deterministic: true,
///       state: &state, using: &generator, into: &actions)
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
