import Telemetry

/// A check of a run's metrics: a pure state machine, so that a live run and its replayed log get the same findings.
///
/// A rule speaks when its condition begins to hold, and again only after the condition has gone away. What it says may
/// not depend on the order of different metrics within one step.
public protocol DebuggerRule: Sendable {
  /// The name its findings carry.
  static var name: String { get }

  /// Takes the next point; steps never fall.
  mutating func inspect(_ metric: Metric, _ value: Double, step: Int) -> Finding?
}

/// Counts how many times in a row a condition has held.
struct Streak: Sendable {
  let patience: Int
  private(set) var length = 0

  init(patience: Int) { self.patience = patience }

  /// True once per streak: when the condition has held `patience` times in a row.
  mutating func reaches(_ holds: Bool) -> Bool {
    length = holds ? length + 1 : 0
    return length == patience
  }
}
