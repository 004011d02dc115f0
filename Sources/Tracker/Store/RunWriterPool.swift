import Glibc
import Synchronization

/// Keeps the writers of many runs open, for a server that records in a little of each at a time.
///
///     let pool = RunWriterPool(store)
///     try pool.withWriter(of: id) { run in
///       run.record("loss", 0.3, step: 10)
///       try run.flush()
///     }
///
/// Used by any number of threads: each run is written by one at a time, different runs side by side. An open run takes two
/// file descriptors and some tens of kilobytes; where `limit` runs are open, the one that was not used for the longest time
/// is closed first. A run that another process writes is refused, and while this pool keeps a run open, other processes,
/// and this one by other ways than the pool, are.
package final class RunWriterPool: Sendable {
  /// Points and episodes of a run that wait in memory, at most.
  private static let pendingCapacity = 512
  /// Descriptors that are left to the rest of the program.
  private static let otherDescriptors = 128

  /// One run; its fields but `writer` belong to the pool's state.
  private final class Entry: @unchecked Sendable {
    let gate = Gate()
    /// nil while the run is not open; whoever holds the gate has it.
    var writer: RunWriter?
    /// Threads that hold the gate or wait for it.
    var users = 0
    var isOpen = false
    var lastUse = 0
  }

  private struct State {
    var entries: [String: Entry] = [:]
    var open = 0
    var uses = 0
  }

  package let store: Store
  /// The most runs that are open at once.
  package let limit: Int
  private let state = Mutex(State())

  /// A pool of at most `limit` open runs, fewer where this process may not have so many file descriptors. Raises the
  /// process's own limit of descriptors as far as it needs and may.
  ///
  /// - Precondition: `limit` is above 0.
  package init(_ store: Store, limit: Int = 1_000) {
    precondition(limit > 0, "a pool of \(limit) runs keeps none open")
    self.store = store
    self.limit = Self.reserveDescriptors(for: limit)
  }

  /// The number of runs that are open.
  package var count: Int { state.withLock { $0.open } }

  /// Starts a run and keeps it open; returns its id.
  package func start(_ description: RunDescription) throws(StoreError) -> String {
    try reserve()
    let writer: RunWriter
    do throws(StoreError) {
      writer = try store.start(description, pendingCapacity: Self.pendingCapacity)
    } catch {
      state.withLock { $0.open -= 1 }
      throw error
    }
    let entry = Entry()
    (entry.writer, entry.isOpen) = (writer, true)
    state.withLock { state in
      state.uses += 1
      entry.lastUse = state.uses
      state.entries[writer.id] = entry
    }
    return writer.id
  }

  /// Hands over the writer of a run, which it opens where it is not, alone; what `body` records is in the log once it has
  /// called `flush` or `sync`. A run that `body` finishes is closed.
  ///
  /// Throws what `body` throws; `StoreError.live` where another process writes the run, `.deleted` where it is deleted, and
  /// `.poolIsFull` where all runs that may be open are in use. `body` must not keep the writer, nor use the pool for other
  /// runs.
  @discardableResult
  package func withWriter<Result>(of id: String, _ body: (RunWriter) throws -> Result) throws -> Result {
    let entry = take(id)
    entry.gate.lock()
    defer {
      entry.gate.unlock()
      leave(entry, of: id)
    }
    let writer = try open(entry, id)
    do {
      let result = try body(writer)
      if writer.hasEnded { close(entry) }
      return result
    } catch {
      // After a failed sync the writer is of no use; the next one opens the log anew.
      if case .sealed? = error as? StoreError { close(entry) }
      throw error
    }
  }

  /// Returns once everything recorded so far in all open runs survives the death of this process. Throws the first failure,
  /// after the others were flushed.
  package func flush() throws(StoreError) { try each { writer throws(StoreError) in try writer.flush() } }

  /// Closes a run, durably, so that others may write it; one that is not open stays so, and one that cannot be written
  /// stays open.
  package func evict(_ id: String) throws(StoreError) {
    guard let entry = takeOpen(id) else { return }
    try finish(entry, of: id)
  }

  /// Closes all runs, durably. Throws the first failure, after the others were closed.
  package func evictAll() throws(StoreError) {
    var failure: StoreError?
    for id in state.withLock({ Array($0.entries.keys) }) {
      do throws(StoreError) { try evict(id) } catch { failure = failure ?? error }
    }
    if let failure { throw failure }
  }

  // MARK: Parts

  private func each(_ body: (RunWriter) throws(StoreError) -> Void) throws(StoreError) {
    var failure: StoreError?
    for id in state.withLock({ Array($0.entries.keys) }) {
      guard let entry = takeOpen(id) else { continue }
      entry.gate.lock()
      if let writer = entry.writer {
        do throws(StoreError) { try body(writer) } catch { failure = failure ?? error }
      }
      entry.gate.unlock()
      leave(entry, of: id)
    }
    if let failure { throw failure }
  }

  private func take(_ id: String) -> Entry {
    state.withLock { state in
      let entry = state.entries[id] ?? Entry()
      state.entries[id] = entry
      state.uses += 1
      entry.lastUse = state.uses
      entry.users += 1
      return entry
    }
  }

  private func takeOpen(_ id: String) -> Entry? {
    state.withLock { state in
      guard let entry = state.entries[id] else { return nil }
      entry.users += 1
      return entry
    }
  }

  private func leave(_ entry: Entry, of id: String) {
    state.withLock { state in
      entry.users -= 1
      if entry.users == 0, !entry.isOpen { state.entries[id] = nil }
    }
  }

  private func open(_ entry: Entry, _ id: String) throws(StoreError) -> RunWriter {
    if let writer = entry.writer { return writer }
    try reserve()
    do throws(StoreError) {
      let writer = try store.append(to: id, pendingCapacity: Self.pendingCapacity)
      entry.writer = writer
      state.withLock { _ in entry.isOpen = true }
      return writer
    } catch {
      state.withLock { $0.open -= 1 }
      throw error
    }
  }

  /// Takes a place among the open runs, which another may have to give up.
  private func reserve() throws(StoreError) {
    while true {
      let victim: (id: String, entry: Entry)? = try state.withLock { state throws(StoreError) in
        if state.open < limit {
          state.open += 1
          return nil
        }
        let idle = state.entries.filter { $0.value.isOpen && $0.value.users == 0 }
        guard let (id, entry) = idle.min(by: { $0.value.lastUse < $1.value.lastUse }) else {
          throw StoreError.poolIsFull(limit)
        }
        entry.users += 1
        return (id, entry)
      }
      guard let (id, entry) = victim else { return }
      try finish(entry, of: id)
    }
  }

  /// Writes what is in memory, durably, and closes the run; the caller has taken the entry.
  private func finish(_ entry: Entry, of id: String) throws(StoreError) {
    entry.gate.lock()
    defer {
      entry.gate.unlock()
      leave(entry, of: id)
    }
    guard let writer = entry.writer else { return }
    do throws(StoreError) {
      try writer.sync()
    } catch {
      // What could not be written stays in memory; after a failed sync nothing more is.
      if case .sealed = error { close(entry) }
      throw error
    }
    close(entry)
  }

  /// The caller holds the gate.
  private func close(_ entry: Entry) {
    entry.writer = nil
    state.withLock { state in
      entry.isOpen = false
      state.open -= 1
    }
  }

  /// How many runs can be open, of `wanted`.
  private static func reserveDescriptors(for wanted: Int) -> Int {
    var limits = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits) == 0 else { return wanted }
    let (needed, isOver) = wanted.multipliedReportingOverflow(by: 2)
    let all = isOver ? UInt.max : UInt(needed) + UInt(otherDescriptors)
    if limits.rlim_cur < all {
      limits.rlim_cur = min(all, limits.rlim_max)
      _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits)
      _ = getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits)
    }
    if limits.rlim_cur >= all { return wanted }
    return max(1, (Int(limits.rlim_cur) - otherDescriptors) / 2)
  }
}

/// A lock that is held across calls of others' code.
private final class Gate: @unchecked Sendable {
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>

  init() {
    mutex = .allocate(capacity: 1)
    pthread_mutex_init(mutex, nil)
  }

  deinit {
    pthread_mutex_destroy(mutex)
    mutex.deallocate()
  }

  func lock() { pthread_mutex_lock(mutex) }
  func unlock() { pthread_mutex_unlock(mutex) }
}
