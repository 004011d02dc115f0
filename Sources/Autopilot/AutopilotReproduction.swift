import Fitting
import Formats
import Learning
import Runs
import Search
import Settings
import Tracker

/// Does an Autopilot again: every trial of its search, and what follows from them.
enum AutopilotReproduction {
  static func run(
    _ id: String, changes: [String: HyperparameterValue], in store: Store, shouldStop: () -> Bool,
    onProgress: (_ step: Int, _ budget: Int) -> Void
  ) throws -> RunDifference? {
    let record = try store.load(id)
    try record.require(.autopilot, toBe: "reproduced")
    guard changes.isEmpty else {
      throw ConfigurationError("an autopilot is reproduced as it was: --set changes the settings of single runs")
    }
    let experiment = record.description.experiment
    guard record.status == .finished,
      let search = try AutopilotRun.search(.candidates, of: id, experiment: experiment, in: store)
    else {
      throw ConfigurationError("autopilot \(id) has not come to an answer that could be compared; resume it first")
    }
    guard
      var difference = try SearchConfiguration.reproduce(
        search, changes: [:], in: store, shouldStop: shouldStop, onProgress: onProgress)
    else { return nil }
    let rows = try AutopilotRun.search(.rows, of: id, experiment: experiment, in: store)
    if let rows {
      guard
        let part = try SearchConfiguration.reproduce(
          rows, changes: [:], in: store, shouldStop: shouldStop, onProgress: { _, _ in })
      else { return nil }
      difference.add(part, named: "fits to fewer rows")
    }
    // The trials have come out the same, so that what is recorded of them decides.
    let configuration = try AutopilotConfiguration(of: record.description)
    let (seed, overview) = (record.description.seed, try SearchOverview(search, in: store))
    let report = try AutopilotReport(of: record, in: store)
    guard
      let again = try Conclusion(
        configuration, seed: seed, search: overview,
        board: Leaderboard(configuration, overview, seed: seed, in: store),
        curve: rows.map { try SearchOverview($0, in: store) }, refit: report?.isRefitted, in: store,
        shouldStop: shouldStop)
    else { return nil }
    let known = try CheckpointReference(run: id, choice: .last).load(from: store)
    if again.checkpoint.safetensors() != known.safetensors() { difference.note("the answer's model is another one") }
    for (metric, value) in again.metrics where record.last(metric) != value {
      difference.note("\(metric.name) is \(value), and was \(record.last(metric).map { "\($0)" } ?? "not recorded")")
    }
    return difference
  }
}
