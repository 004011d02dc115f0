import Analysis
import ArgumentParser
import Debugger
import Foundation
import Telemetry
import Tracker

struct Debug: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "debug",
    abstract: "Say what is wrong with a run, most likely cause first.",
    discussion: """
      Example:
        rlrun debug latest
        rlrun debug latest --rules all --rule Overfit.patience=3

      The rules look at the log anew: those the run was watched by, or those that are given. From what they find, the
      hyperparameters and the series a cause is inferred, with what to change; what it may explain is listed below it.
      """)

  @Argument(help: ArgumentHelp("The run.", valueName: "run"))
  var reference: String

  @Flag(help: "Draw no chart.")
  var noChart = false

  @Flag(help: "List every finding, instead of each rule's first.")
  var all = false

  @Flag(help: "Print JSON: the causes, each with its findings.")
  var json = false

  @OptionGroup var ruleOptions: RuleOptions
  @OptionGroup var storeOption: StoreOption

  func run() throws {
    let given = try ruleOptions.settings
    let store = try storeOption.open()
    let record = try store.load(store.find(naming: reference))
    if record.series.isEmpty {
      throw UsageError("run \(record.id) has recorded no metric yet, so that there is nothing to look at")
    }
    let settings =
      ruleOptions.isEmpty ? try DebuggerSettings(of: record.description) : given
    var debugger = try RuleEngine(settings)
    let diagnosis = Diagnosis(debugger.replay(record), of: record)
    if json { return try printJSON(diagnosis.causes) }
    // A chart needs 30 columns, and prose of more than 120 is hard to read.
    let width = min(max(pageWidth ?? 80, 30), 120)
    print(
      DiagnosisPage(diagnosis, of: record, rules: debugger.rules, chart: !noChart, width: width, listsAll: all).text)
  }
}
