import Analysis
import ArgumentParser
import Formats
import Telemetry
import Tracker

struct Diff: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Show how two runs differ.",
    discussion: """
      Example:
        rlrun diff 8002p22n latest
        rlrun diff --experiment first --where "seed = 1"

      Hyperparameters, settings, surroundings, tags and last metrics; a value that a run has not is a dash.
      """)

  @OptionGroup var selection: RunSelection

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let records = try diffed()
    let diff = RunDiff(records[0], records[records.count - 1])
    if json { return try printJSON(diff) }
    if diff.isEmpty { return print("Runs \(diff.first) and \(diff.second) do not differ.") }
    var sections: [String] = []
    add("hyperparameters", diff.hyperparameters, of: diff, to: &sections) { $0.description }
    add("settings", diff.settings, of: diff, to: &sections) { $0.description }
    add("surroundings", diff.surroundings, of: diff, to: &sections) { $0 }
    add("tags", diff.tags, of: diff, to: &sections) { $0 }
    add("last metrics", diff.metrics, of: diff, to: &sections) { shortest($0) }
    print(sections.joined(separator: "\n\n"))
  }

  /// Two runs, or one that is named twice. Throws for any other number.
  private func diffed() throws -> [RunRecord] {
    if selection.choice.isEmpty, !selection.isEmpty, selection.runs.count != 2 {
      throw UsageError("diff takes two runs, not \(selection.runs.count)")
    }
    let records = try selection.records()
    if !selection.choice.isEmpty, records.count != 2 {
      throw UsageError("diff takes two runs; there are \(records.count): \(records.map(\.id).shown)")
    }
    return records
  }

  private func add<Value>(
    _ title: String, _ differences: [RunDiff.Difference<Value>], of diff: RunDiff, to sections: inout [String],
    words: (Value) -> String
  ) {
    if differences.isEmpty { return }
    var table = TextTable([title, diff.first, diff.second])
    for difference in differences {
      table.add([difference.name, difference.first.map(words) ?? "–", difference.second.map(words) ?? "–"])
    }
    sections.append(table.fitted(to: pageWidth).text)
  }
}
