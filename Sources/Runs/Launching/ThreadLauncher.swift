import Foundation
import Synchronization

/// Work on threads of this process, which end with it.
package final class ThreadLauncher<Output: Sendable>: Launcher {
  package typealias Work = @Sendable (ThreadJob<Output>) throws -> Output

  private let running = Mutex<[ThreadJob<Output>]>([])

  package init() {}

  package func spawn(_ work: @escaping Work) -> ThreadJob<Output> {
    let job = ThreadJob<Output>()
    running.withLock { $0.append(job) }
    Thread.detachNewThread {
      let result = Result { try work(job) }
      self.running.withLock { jobs in jobs.removeAll { $0 === job } }
      job.end(result)
    }
    return job
  }

  /// Those that have not ended.
  package func jobs() -> [ThreadJob<Output>] { running.withLock { $0 } }

  /// Work on a thread ends when it looks at `shouldStop`. Throws for `kill`, which would end the whole process.
  package func signal(_ job: ThreadJob<Output>, _ signal: JobSignal) throws(LaunchError) {
    if signal == .kill { throw .threadCannotBeKilled }
    job.stop()
  }

  package func wait(for job: ThreadJob<Output>) throws -> Output { try job.wait().get() }

  /// `work` for each of `items`, at most `width` at a time; the results in their order.
  ///
  /// An error of one leaves the others alone.
  package func run<Item: Sendable>(
    _ items: [Item], atOnce width: Int, _ work: @escaping @Sendable (Item) throws -> Output
  ) -> [Result<Output, any Error>] {
    run(items.map { item in { _ in try work(item) } }, atOnce: width)
  }
}

/// Work on a thread.
package final class ThreadJob<Output: Sendable>: Sendable {
  private let isStopped = Atomic(false)
  private let result = Mutex<Result<Output, any Error>?>(nil)
  private let work = DispatchGroup()

  init() { work.enter() }

  /// Whether the work has been asked to end.
  package var shouldStop: Bool { isStopped.load(ordering: .relaxed) }

  func stop() { isStopped.store(true, ordering: .relaxed) }

  func end(_ result: Result<Output, any Error>) {
    self.result.withLock { $0 = result }
    work.leave()
  }

  func wait() -> Result<Output, any Error> {
    work.wait()
    return result.withLock { $0! }
  }
}
