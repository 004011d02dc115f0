import Synchronization
import Tracker

/// The runs of a search as the store has them, which is all that is known of a search. Reads each log until it is complete, and
/// never again.
final class SearchHistory: Sendable {
  private struct State {
    /// Those that have ended, by id.
    var ended: [String: TrialRun] = [:]
    /// Runs of the experiment that are none of the search's.
    var others: Set<String> = []
  }

  private let store: Store
  private let search: String
  private let experiment: String
  private let configuration: SearchConfiguration
  private let state = Mutex(State())

  init(of search: String, experiment: String, _ configuration: SearchConfiguration, in store: Store) {
    (self.store, self.search, self.experiment, self.configuration) = (store, search, experiment, configuration)
    state.withLock { _ = $0.others.insert(search) }
  }

  /// Every run that there is, in no order.
  func runs() throws(StoreError) -> [TrialRun] {
    try state.withLock { state throws(StoreError) in
      let records = try store.runs(experiment: experiment) { state.ended[$0] != nil || state.others.contains($0) }
      var active: [TrialRun] = []
      for record in records {
        guard let run = TrialRun(record, of: search, configuration) else {
          // One that says nothing may only just have begun.
          if record.isDescribed { state.others.insert(record.id) }
          continue
        }
        if run.hasEnded { state.ended[run.id] = run } else { active.append(run) }
      }
      return Array(state.ended.values) + active
    }
  }
}
