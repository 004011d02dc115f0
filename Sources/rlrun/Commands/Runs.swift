import ArgumentParser
import Experiments
import Foundation
import Telemetry
import Tracker

struct Runs: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List the runs of the store, the newest last.",
    discussion: """
      Example:
        rlrun runs --experiment first
        rlrun runs --csv > runs.csv

      The CSV has a row a run: params.*, tags.* and the last value of every metric. Deleted runs are not listed.
      """)

  @Option(help: "Only runs of this experiment.")
  var experiment: String?

  @Flag(help: "Print CSV, with every hyperparameter, tag and last metric.")
  var csv = false

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup var storeOption: StoreOption

  func validate() throws {
    if csv && json { throw ValidationError("--csv and --json exclude each other") }
  }

  func run() throws {
    let store = try storeOption.open()
    let records = try store.runs(experiment: experiment)
    if json { return try printJSON(records.map { RunSummary($0) }) }
    if csv {
      let output = try Output(nil)
      return try CSVExport(records).runs { bytes throws(OutputError) in try output.write(bytes) }
    }
    guard !records.isEmpty else {
      let whose = experiment.map { " of experiment '\($0)'" } ?? ""
      return print("No runs\(whose) in \(store.path) yet; start one: rlrun train CartPole-v1 --preset zoo")
    }
    print(table(of: records).text)
  }

  private func table(of records: [RunRecord]) -> TextTable {
    // Columns of scores for the kinds of runs that there are.
    let agents = ["final/mean_reward", "rollout/ep_rew_mean"]
    let fits = Headlines.few(in: records)
    let scores = (records.allSatisfy { FitConfiguration.describes($0.description) } ? [] : agents) + fits
    var table = TextTable(
      ["run", "experiment", "name", "status", "agent", "environment", "seed", "steps"] + scores
        + ["started", "duration"])
    for record in records {
      let description = record.description
      table.add(
        [
          record.id, description.experiment, description.name, record.status.rawValue + record.condition.mark,
          description.agent, description.environment, record.isDescribed ? "\(description.seed)" : "–",
          "\(record.lastStep)",
        ] + scores.map { decimal(record.last(Metric($0)), fits.contains($0) ? 4 : 2) } + [
          record.isDescribed ? localTime(description.start) : "–", duration(of: record),
        ])
    }
    return table
  }
}

extension LogCondition {
  /// What a list says beside the status of a run whose log is not as it was written.
  fileprivate var mark: String {
    if case .damaged = self { ", damaged" } else { "" }
  }
}
