import Runs
import Settings
import Tracker

/// Work on a search by processes beside the one that leads it.
package enum SearchWorkers {
  /// Does trials on so many threads until nothing is left to do, or `shouldStop` says so.
  package static func work(
    on search: String, in store: Store, workers: Int, shouldStop: @escaping @Sendable () -> Bool
  ) throws {
    let worker = try SearchWorker(store.load(search), in: store)
    let results = ThreadLauncher<Bool>().run(Array(0..<workers), atOnce: workers) { _ in
      try worker.work(shouldStop: shouldStop)
    }
    try store.syncAll()
    for result in results { _ = try result.get() }
  }

  /// Claims one trial at most and does it; `report` is told which, or that there was none.
  package static func workOnce(
    on search: String, in store: Store, shouldStop: () -> Bool, report: (String) throws -> Void
  ) throws {
    let worker = try SearchWorker(store.load(search), in: store)
    switch try worker.workOnce(shouldStop: shouldStop, onClaim: { try report(IsolatedTrial.claimed + $0) }) {
    case .trial: break
    case .wait: try report(IsolatedTrial.wait)
    case .done: try report(IsolatedTrial.done)
    }
  }

  /// Finishes a search of which nothing is left to do and that nobody leads any more; returns whether it is finished.
  package static func finish(_ search: String, in store: Store) throws -> Bool {
    let record = try store.load(search)
    if record.status == .finished { return true }
    let worker = try SearchWorker(record, in: store)
    guard case .done = try worker.state().next() else { return false }
    do {
      guard let run = try SearchRun.resume(search, trials: nil, workers: 1, in: store) else { return true }
      return try run.search(shouldStop: { false }) != nil
    } catch StoreError.live {
      // Whoever leads it will do so.
      return false
    }
  }
}
