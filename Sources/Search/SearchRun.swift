import Formats
import Foundation
import Runs
import Settings
import Synchronization
import Telemetry
import Tracker
import Tuning

/// A search as a run: its log holds what is to be searched and how; its trials are runs of their own, parts of it, from which
/// everything that is known of the search follows.
package final class SearchRun: ActiveRun {
  package let id: String
  package let configuration: SearchConfiguration
  private let worker: SearchWorker
  private let workers: Int
  private let store: Store
  private let writer: RunWriter
  private let experiment: String
  private let secondsUsed: Double

  private init(_ record: RunRecord, writer: RunWriter, workers: Int, in store: Store) throws {
    secondsUsed = record.last(Self.seconds) ?? 0
    experiment = record.description.experiment
    worker = try SearchWorker(record, in: store, secondsUsed: secondsUsed)
    (id, configuration) = (record.id, worker.configuration)
    (self.writer, self.workers, self.store) = (writer, max(1, workers), store)
    ProcessJob.noteInCurrent(run: record.id)
  }

  static let trialsEnded: Metric = "search/trials"
  static let bestScore: Metric = "search/best_score"
  static let seconds: Metric = "time/search_seconds"
  static let confirmedScore: Metric = "search/confirmed_score"
  static let improvement: Metric = "search/improvement"

  /// Starts a search, as a part of the run `parent` perhaps; `workers` threads of this process do its trials.
  package static func start(
    _ configuration: SearchConfiguration, seed: UInt64, experiment: String, name: String = "",
    tags: [String: String] = [:], parent: String? = nil, surroundings: Surroundings = .current(), workers: Int = 1,
    in store: Store
  ) throws -> SearchRun {
    try configuration.check()
    var description = configuration.description(
      seed: seed, experiment: experiment, name: name, tags: tags, surroundings: surroundings)
    if let parent {
      // A moment before the whole, so that the latest run is that.
      description.start = try store.load(parent).description.start - 1
      description.parent = parent
    }
    let writer = try store.start(description)
    do {
      return try SearchRun(store.load(writer.id), writer: writer, workers: workers, in: store)
    } catch {
      try? writer.finish(status: .failed, message: sentence(of: error))
      throw error
    }
  }

  /// Goes on with a search that nobody leads; nil where it is finished and no more `trials` are asked for.
  package static func resume(_ id: String, trials: Int?, workers: Int, in store: Store) throws -> SearchRun? {
    let record = try store.load(id)
    try record.require(.search, toBe: "resumed")
    let asked = trials ?? record.budget
    if record.status == .finished, asked <= record.budget { return nil }
    let writer: RunWriter
    if asked != record.budget {
      writer = try store.extend(id, to: asked)
    } else {
      writer = try store.append(to: id)
    }
    return try SearchRun(store.load(id), writer: writer, workers: workers, in: store)
  }

  /// Records the git commit of the working directory, and how its files differ from it, beside the run.
  package func recordCode() { writer.recordCode() }

  package func run(
    shouldStop: () -> Bool, onProgress: (RunProgress) -> Void, onRemark: (Remark) -> Void
  ) throws {
    try search(shouldStop: shouldStop) { state in
      onProgress(RunProgress(step: state.endedTrials, budget: configuration.trials, figure: state.best?.score))
    }
  }

  /// Does all trials, or until `shouldStop` says so; returns what came of it, nil where it was stopped.
  @discardableResult
  package func search(
    shouldStop: () -> Bool, onProgress: (SearchState) -> Void = { _ in }
  ) throws -> SearchResult? {
    do {
      let isDone = try work(shouldStop, onProgress)
      let state = try worker.state()
      record(state)
      guard isDone else {
        try store.syncAll()
        try writer.finish(status: .interrupted)
        return nil
      }
      let result = SearchResult(state)
      record(result)
      writeCatalogue(state.endedTrials)
      try store.syncAll()
      try writer.finish(status: .finished, message: state.reasonToStop)
      return result
    } catch {
      try? writer.finish(status: .failed, message: sentence(of: error))
      throw error
    }
  }

  // MARK: Threads

  /// What the threads tell the one that started them.
  private struct News {
    var state: SearchState?
    var hasFailed = false
  }

  private final class SharedNews: Sendable { let now = Mutex(News()) }

  /// Returns false where it was stopped.
  private func work(_ shouldStop: () -> Bool, _ onProgress: (SearchState) -> Void) throws -> Bool {
    if workers == 1 {
      return try worker.work(shouldStop: shouldStop) { state in
        record(state)
        onProgress(state)
      }
    }
    let (launcher, worker) = (ThreadLauncher<Bool>(), worker)
    let news = SharedNews()
    let jobs = (0..<workers).map { _ in
      launcher.spawn { job in
        do {
          return try worker.work(
            shouldStop: { job.shouldStop }, onState: { state in news.now.withLock { $0.state = state } })
        } catch {
          news.now.withLock { $0.hasFailed = true }
          throw error
        }
      }
    }
    while !launcher.jobs().isEmpty {
      let (state, hasFailed) = news.now.withLock { news in
        defer { news.state = nil }
        return (news.state, news.hasFailed)
      }
      if let state {
        record(state)
        onProgress(state)
      }
      if hasFailed || shouldStop() { try jobs.forEach { try launcher.signal($0, .interrupt) } }
      usleep(10_000)
    }
    return try jobs.map { try launcher.wait(for: $0) }.allSatisfy { $0 }
  }

  // MARK: The search's own log

  private let began = MonotonicClock.seconds
  private var recorded = -1
  private var lastSync = MonotonicClock.seconds
  /// How many trials had ended when the catalogue was last written.
  private var catalogued = 0
  private static let trialsPerCatalogue = 1_000
  /// Seconds between two syncs of all that trials have written.
  private static let syncInterval = 10.0

  /// A point for each trial that has ended, as its result is known.
  private func record(_ state: SearchState) {
    let ended = state.endedTrials
    guard ended > recorded else { return }
    recorded = ended
    writer.record(Self.trialsEnded, Double(ended), step: ended)
    if let best = state.best?.score { writer.record(Self.bestScore, best, step: ended) }
    writer.record(Self.seconds, secondsUsed + MonotonicClock.seconds - began, step: ended)
    try? writer.flush()
    if ended - catalogued >= Self.trialsPerCatalogue { writeCatalogue(ended) }
    let now = MonotonicClock.seconds
    if now - lastSync > Self.syncInterval {
      try? store.syncAll()
      lastSync = now
    }
  }

  /// So that whoever looks next need not read the logs of thousands of trials.
  private func writeCatalogue(_ ended: Int) {
    catalogued = ended
    _ = try? store.fields(experiment: experiment)
  }

  private func record(_ result: SearchResult) {
    guard let confirmed = result.confirmed else { return }
    writer.record(Self.confirmedScore, confirmed.mean, step: recorded)
    if let improvement = result.improvement { writer.record(Self.improvement, improvement.mean, step: recorded) }
  }
}
