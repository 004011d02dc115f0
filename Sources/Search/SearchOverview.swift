import Runs
import Settings
import Tracker

/// How a search stands, read from the store by whoever wants to look.
package struct SearchOverview: Sendable {
  package let record: RunRecord
  package let configuration: SearchConfiguration
  package let state: SearchState
  package let result: SearchResult

  /// Throws where the run is no search.
  package init(_ id: String, in store: Store) throws {
    record = try store.load(id)
    try record.require(.search, toBe: "shown")
    var configuration = try SearchConfiguration(of: record.description)
    configuration.trials = record.budget
    self.configuration = configuration
    let runs = try store.fields(experiment: record.description.experiment)
      .compactMap { TrialRun($0, of: id, configuration) }
      .map { run in
        // The catalogue has no folds.
        guard run.trial.purpose == .confirmation, run.hasEnded, let record = try? store.load(run.id) else { return run }
        return TrialRun(record, of: id, configuration) ?? run
      }
    state = SearchState(runs, of: configuration, seed: record.description.seed)
    result = SearchResult(state)
  }

  /// The command line of a trial with these values; nil where the search tries no program.
  package func command(values: [String: HyperparameterValue]) -> [String]? {
    guard case .program(let words) = configuration.subject else { return nil }
    return ProgramCommand(words).words(values, seed: record.description.seed)
  }
}
