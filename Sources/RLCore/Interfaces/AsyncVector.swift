/// A vector that steps some of its environments while the caller decides on the actions of the others. Its parts are sent their
/// actions and received from in turn, in an order that the caller fixes, so that what comes of it depends on no timing.
package protocol AsyncVector: VectorEnvironment {
  /// The environments of each part; all of them in a row. One part where nothing can be stepped beside something else.
  var parts: [Range<Int>] { get }

  /// Begins a step of a part by its rows of `actions` `[N, A]`. Traps as `step` does, and where its last step was not received.
  func send(_ actions: Span<Float>, to part: Int)

  /// Waits for a part and writes its rows of `batch`; all others stay. Traps where nothing was sent.
  func receive(from part: Int, into batch: inout StepBatch)
}
