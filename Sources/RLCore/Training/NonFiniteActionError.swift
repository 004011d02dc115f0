/// A policy chose an action that is not a number, which no world takes: its parameters or what it saw are not finite.
public struct NonFiniteActionError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Where it happened, `at step 5000` or `in an evaluation`.
  public var place: String

  public var description: String {
    "the policy chose an action that is not a number \(place): an observation or the parameters have become NaN; see what "
      + "the debugger found, lower the learning rate, and go on from a checkpoint before this"
  }

  /// Throws where one of `actions` is not a number; infinities are the world's to clip or refuse.
  package static func check(_ actions: some Sequence<Float>, _ place: @autoclosure () -> String) throws(Self) {
    if actions.contains(where: \.isNaN) { throw NonFiniteActionError(place: place()) }
  }
}
