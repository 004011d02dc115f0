import Dispatch
import Synchronization
import Tracker

/// Summaries of runs, read when they are first asked for and again when their logs have been written. What this server
/// itself writes is added to them, so that a run it records is not read again.
final class RunCache: Sendable {
  private struct Entry {
    var stamp: RunStamp
    var run: KeptRun
    /// Of a run that has not ended: whether somebody wrote it when it was read.
    var wasWritten: Bool
  }

  private struct State {
    var entries: [String: Entry] = [:]
    /// When all stamps were last compared, in nanoseconds of a clock that only goes forward.
    var looked = ContinuousClock.now - .seconds(3_600)
    /// Ids by experiment, in no order.
    var experiments: [String: Set<String>] = [:]

    mutating func keep(_ entry: Entry) {
      let (id, experiment) = (entry.stamp.id, entry.run.summary.experiment)
      if let former = entries[id]?.run.summary.experiment, former != experiment { experiments[former]?.remove(id) }
      entries[id] = entry
      experiments[experiment, default: []].insert(id)
    }
  }

  let store: Store
  private let state = Mutex(State())
  /// One listing at a time; whoever comes meanwhile uses what it has found.
  private let listing = Mutex(())
  /// Runs that others write are seen this much later at most.
  private let patience: Duration
  private let file: SummaryFile

  init(_ store: Store, patience: Duration = .milliseconds(500)) {
    (self.store, self.patience) = (store, patience)
    file = SummaryFile(store)
  }

  /// A run as it is now; nil where there is none.
  func find(_ id: String) throws -> RunSummary? {
    let known = state.withLock { $0.entries[id] }
    guard let stamp = try store.stamp(of: id, known: known?.stamp) else {
      forget(id)
      return nil
    }
    return try summary(stamp, known, givenName: store.experimentPlace(of: stamp).givenName)
  }

  /// Writes to a run, alone, and adds what `change` says of it to its summary, so that it need not be read again.
  func write(
    to id: String, in pool: RunWriterPool, _ body: (RunWriter) throws -> Void,
    noting change: (inout RunSummary) -> Void = { _ in }
  ) throws {
    try pool.withWriter(of: id) { writer in
      let known = state.withLock { $0.entries[id]?.stamp }
      // What others have written since is not in the summary: then it is left to be read again.
      let isFresh = try known != nil && store.stamp(of: id, known: known) == known
      try body(writer)
      guard isFresh, let stamp = try store.stamp(of: id, known: known) else { return }
      state.withLock { state in
        guard var entry = state.entries[id], entry.stamp == known else { return }
        var summary = entry.run.summary
        change(&summary)
        entry.run = KeptRun(summary)
        entry.stamp = stamp
        entry.wasWritten = true
        state.entries[id] = entry
      }
    }
  }

  /// All runs of the experiments, deleted ones too, in no order.
  func runs(of experiments: some Sequence<String>) throws -> [KeptRun] {
    try look()
    return state.withLock { state in
      Set(experiments).flatMap { experiment in
        (state.experiments[experiment] ?? []).compactMap { state.entries[$0]?.run }
      }
    }
  }

  func all() throws -> [KeptRun] {
    try look()
    return state.withLock { $0.entries.values.map(\.run) }
  }

  /// Makes the next listing look again.
  func forgetListing() { state.withLock { $0.looked = .now - .seconds(3_600) } }

  // MARK: Parts

  private func look() throws {
    try listing.withLock { _ in
      if ContinuousClock.now - state.withLock({ $0.looked }) < patience { return }
      takeFromFile()
      let known = state.withLock { $0.entries }
      let places = try ExperimentPlaces(in: store)
      let stamps = try store.stamps(known: known.mapValues(\.stamp))
      // Reading is waiting for the system: some threads side by side wait less.
      let isCurrent = stamps.map { known[$0.id]?.stamp == $0 }
      DispatchQueue.concurrentPerform(iterations: (stamps.count + 63) / 64) { part in
        for place in part * 64..<min(stamps.count, part * 64 + 64) {
          let stamp = stamps[place]
          _ = try? summary(stamp, known[stamp.id], givenName: places.givenName(of: stamp))
        }
      }
      if isCurrent.count(where: { !$0 }) >= SummaryFile.worthwhile { file.write(settled()) }
      let there = Set(stamps.map(\.id))
      for id in known.keys where !there.contains(id) { forget(id) }
      state.withLock { $0.looked = .now }
    }
  }

  /// What an earlier server knew, once.
  private func takeFromFile() {
    let found = file.take()
    if found.isEmpty { return }
    state.withLock { state in
      for (stamp, summary) in found where state.entries[stamp.id] == nil {
        state.keep(Entry(stamp: stamp, run: KeptRun(summary), wasWritten: false))
      }
    }
  }

  /// Runs of which only their logs can change what is said.
  private func settled() -> [(stamp: RunStamp, summary: RunSummary)] {
    state.withLock { state in
      state.entries.values.filter { $0.run.summary.status != "RUNNING" }.map { ($0.stamp, $0.run.summary) }
    }
  }

  /// `givenName` is the name that its experiment was given later: its log does not say when that changes.
  private func summary(_ stamp: RunStamp, _ known: Entry?, givenName: String?) throws -> RunSummary {
    if let known, known.stamp == stamp, givenName == nil || known.run.summary.experiment == givenName {
      // That somebody has let go of a run makes no mark on its log.
      if known.run.summary.status != "RUNNING" || store.isBeingWritten(stamp) == known.wasWritten {
        return known.run.summary
      }
    }
    let isWritten = store.isBeingWritten(stamp)
    let summary = RunSummary(
      try store.load(stamp.id, includingDeleted: true), in: store.experimentPlace(of: stamp))
    state.withLock { $0.keep(Entry(stamp: stamp, run: KeptRun(summary), wasWritten: isWritten)) }
    return summary
  }

  private func forget(_ id: String) {
    state.withLock { state in
      guard let entry = state.entries.removeValue(forKey: id) else { return }
      state.experiments[entry.run.summary.experiment]?.remove(id)
    }
  }
}

/// A run's summary where many are kept: passed on without being copied.
final class KeptRun: Sendable, Searchable {
  let summary: RunSummary

  init(_ summary: RunSummary) { self.summary = summary }

  func text(_ field: SearchField) -> String? { summary.text(field) }
  func number(_ field: SearchField) -> Double? { summary.number(field) }
}
