import Synchronization
import Tracker

/// The runs of a search as the store has them, which is all that is known of a search. Reads each log until it is complete, and
/// never again.
final class SearchHistory: Sendable {
  private struct Known {
    var state: SearchState
    /// Runs of the experiment that need not be read: those that have ended, and those that are none of the search's.
    var settled: Set<String> = []
    /// Whether the catalogue has been asked for runs of others.
    var hasAsked = false
  }

  private let store: Store
  private let search: String
  private let configuration: SearchConfiguration
  private let known: Mutex<Known>

  init(of search: String, _ configuration: SearchConfiguration, seed: UInt64, in store: Store) {
    (self.store, self.search, self.configuration) = (store, search, configuration)
    known = Mutex(Known(state: SearchState(of: configuration, seed: seed), settled: [search]))
  }

  /// Runs of the experiment that the catalogue knows to be of others, so that their logs need not be read.
  private func strangers() throws(StoreError) -> [String] {
    try store.fields(experiment: store.load(search).description.experiment).compactMap { fields in
      // One without a kind has only just begun.
      guard case .text(let id)? = fields["id"], fields["kind"] != nil else { return nil }
      if case .text(search)? = fields["parent"] { return nil }
      return id
    }
  }

  /// How the search stands now.
  func state() throws(StoreError) -> SearchState {
    try known.withLock { known throws(StoreError) in
      if !known.hasAsked {
        known.settled.formUnion(try strangers())
        known.hasAsked = true
      }
      let records = try store.runs(beside: search) { known.settled.contains($0) }
      var runs: [TrialRun] = []
      for record in records {
        guard let run = TrialRun(record, of: search, configuration) else {
          // One that says nothing may only just have begun.
          if record.isDescribed { known.settled.insert(record.id) }
          continue
        }
        if run.hasEnded { known.settled.insert(run.id) }
        runs.append(run)
      }
      known.state.update(runs)
      return known.state
    }
  }
}
