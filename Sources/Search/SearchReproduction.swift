import Runs
import Settings
import Tracker
import Tuning

/// Does the recorded trials of a search again, with the settings that were proposed then, and compares each.
enum SearchReproduction {
  static func run(
    _ id: String, changes: [String: HyperparameterValue], in store: Store, shouldStop: () -> Bool,
    onProgress: (_ step: Int, _ budget: Int) -> Void
  ) throws -> RunDifference? {
    let record = try store.load(id)
    let worker = try SearchWorker(record, in: store)
    guard case .run(let template) = worker.configuration.subject,
      let kind = RunKinds.configuration(of: template.kind)
    else {
      throw ConfigurationError("run \(id) searched what another program does, which cannot be reproduced here")
    }
    guard changes.isEmpty else {
      throw ConfigurationError("a search is reproduced as it was: --set changes the settings of single runs")
    }
    guard record.status != .running else {
      throw ConfigurationError("search \(id) is still running; reproduce it when it has ended")
    }
    let state = try worker.state()
    var difference = RunDifference()
    try requireProposals(of: state, worker, &difference)
    let runs = (state.trials.flatMap(\.runs) + state.confirmations.sorted { $0.key < $1.key }.flatMap(\.value))
      .filter(\.hasEnded)
    for (place, run) in runs.enumerated() {
      onProgress(place, runs.count)
      // A trial that failed before it had a step has nothing to compare.
      if run.status == .failed, run.steps == 0 { continue }
      guard
        let part = try kind.reproduce(
          run.id, changes: [:], in: store, shouldStop: shouldStop, onProgress: { _, _ in })
      else { return nil }
      difference.add(part, named: "trial \(run.trial.number), run \(run.id)")
    }
    onProgress(runs.count, runs.count)
    return difference
  }

  /// Samplers that look at no results have to propose the same again.
  private static func requireProposals(
    of state: SearchState, _ worker: SearchWorker, _ difference: inout RunDifference
  ) throws {
    guard worker.configuration.sampler != .tpe, worker.configuration.population == nil else { return }
    for trial in state.trials where trial.number > 0 {
      let again = worker.proposal(trial.number, in: state)
      if again != trial.values {
        return difference.note("trial \(trial.number): other settings are proposed than those recorded")
      }
    }
  }
}
