import ArgumentParser
import Runs

/// What is done when the debugger finds something, and when a run ends.
struct ActionOptions: ParsableArguments {
  @Option(
    name: .customLong("on"),
    help: ArgumentHelp(
      "What to do on a finding of a rule, 'warning', 'error' or 'any': warn, stop, checkpoint, run:COMMAND, rewind, "
        + "rewind:learning_rate*0.5,seed; or run:COMMAND when a run has 'finished', 'failed' or was 'interrupted'; may be "
        + "repeated.", valueName: "what=action"))
  var actions: [String] = []

  @Option(help: "Rewinds after which the run stops instead.")
  var maxRewinds: Count = 3

  @Option(help: ArgumentHelp("Kill a command of --on after this time (default: 30s).", valueName: "30s|5m"))
  var commandTimeout: Duration?

  func resolve() throws -> FindingActions {
    var resolved = try FindingActions(actions)
    resolved.maximumRewinds = try maxRewinds.checked(0...1_000_000, "--max-rewinds")
    if let commandTimeout { resolved.commandTimeout = commandTimeout.seconds }
    return resolved
  }
}
