import ArgumentParser
import Telemetry

/// Which tensors a training or a fit records in full, and how often it looks at them.
struct WatchOptions: ParsableArguments {
  @Option(
    name: .customLong("watch"),
    help: ArgumentHelp(
      "Record everything of the tensors that match, as 'weights/*' or 'signals/advantages'; may be repeated.",
      valueName: "pattern"))
  var patterns: [String] = []

  @Option(
    name: .customLong("watch-every"),
    help: ArgumentHelp(
      "Record layers, inputs and watched tensors every so many steps, or epochs of a fit (default: a 200th of all); 0: "
        + "never.", valueName: "steps"))
  var interval: Count?

  func resolve() throws -> (watched: [NamePattern], interval: Int?) {
    let interval = try interval?.checked(Count.intervals, "--watch-every")
    if interval == 0, !patterns.isEmpty {
      throw UsageError("--watch records tensors, and --watch-every 0 turns that off")
    }
    return (patterns.map { NamePattern($0) }, interval)
  }
}
