import ArgumentParser
import Debugger
import Telemetry
import Tracker
import Training

/// The options that choose the debugger's rules.
struct RuleOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The debugger's rules: default, sagemaker, all, none, or names.", valueName: "set|NAME,…"))
  var rules: String?

  @Option(
    name: .customLong("rule"),
    help: ArgumentHelp("A parameter of a rule; see 'rlrun rules'.", valueName: "NAME.parameter=value"))
  var parameters: [String] = []

  @Option(
    help: ArgumentHelp("A custom rule, as 'train/grad_norm > 5 for 10 points'.", valueName: "condition"))
  var when: [String] = []

  /// Throws what is wrong with them, in one sentence.
  var settings: DebuggerSettings {
    get throws {
      try DebuggerSettings(
        selection: rules ?? "default", parameters: try ConfigurationFile.parse(settings: parameters, option: "--rule"),
        conditions: when)
    }
  }

  /// Whether none was given.
  var isEmpty: Bool { rules == nil && parameters.isEmpty && when.isEmpty }
}
