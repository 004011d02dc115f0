import Analysis
import ArgumentParser
import Debugger
import Foundation
import Telemetry
import Tracker

struct Debug: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "debug",
    abstract: "Diagnose what is wrong with a run, most likely cause first.",
    discussion: """
      Example:
        rlrun debug latest
        rlrun debug latest --rules all --rule Overfit.patience=3
        rlrun debug --where "final/mean_reward < 100"

      The rules look at the log anew: those the run was watched by, or those that are given. From what they find, the
      hyperparameters and the series a cause is inferred, with what to change; what it may explain is listed below it.
      """)

  @OptionGroup var selection: RunSelection

  @Flag(help: "Draw no chart.")
  var noChart = false

  @Flag(help: "List every finding, instead of each rule's first.")
  var all = false

  @Flag(help: "Print JSON: the causes, each with its findings; of several runs a list of runs.")
  var json = false

  @OptionGroup var ruleOptions: RuleOptions

  func run() throws {
    let given = try ruleOptions.settings
    let records = try selection.records()
    for record in records where record.series.isEmpty {
      let sentence = "run \(record.id) has recorded no metric yet: there is nothing to diagnose"
      if records.count == 1 { throw UsageError(sentence) }
      complain(sentence)
    }
    // A chart needs 30 columns, and prose of more than 120 is hard to read.
    let width = min(max(pageWidth ?? 80, 30), 120)
    var (causes, pages): ([Causes], [String]) = ([], [])
    for record in records where !record.series.isEmpty {
      var debugger = try RuleEngine(ruleOptions.isEmpty ? DebuggerSettings(of: record.description) : given)
      let diagnosis = Diagnosis(debugger.replay(record), of: record)
      causes.append(Causes(run: record.id, causes: diagnosis.causes))
      if json { continue }
      pages.append(
        DiagnosisPage(diagnosis, of: record, rules: debugger.rules, chart: !noChart, width: width, listsAll: all).text)
    }
    if json { return selection.isOneRun ? try printJSON(causes[0].causes) : try printJSON(causes) }
    print(pages.joined(separator: "\n\n"))
  }

  private struct Causes: Encodable {
    var run: String
    var causes: [Diagnosis.Cause]
  }
}
