import ArgumentParser
import Glibc
import Tracker

/// `--no-system-metrics`: runs say nothing of the machine.
struct SystemMetricsOption: ParsableArguments {
  @Flag(
    help: "Do not record the machine's metrics, system/*, every 10 s; RLRUN_SYSTEM_METRICS=0 does the same.")
  var noSystemMetrics = false

  /// The same store, whose runs record the machine where nobody turned it off.
  func applied(to store: Store) -> Store {
    noSystemMetrics ? store : Self.applied(to: store)
  }

  /// The processes that this one starts do the same.
  func passToWorkers() { if noSystemMetrics { setenv(Self.variable, "0", 1) } }

  /// For commands that have no option of their own.
  static func applied(to store: Store) -> Store {
    var store = store
    store.recordsSystemMetrics = getenv(variable).map { String(cString: $0) } != "0"
    return store
  }

  private static let variable = "RLRUN_SYSTEM_METRICS"
}
