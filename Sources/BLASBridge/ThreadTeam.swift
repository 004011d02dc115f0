import Dispatch
import Foundation
import Synchronization

/// Threads that do the parts of one job together, again and again: part 0 on the thread that asks, each other part on a
/// thread of its own. Running a job allocates nothing.
package final class ThreadTeam {
  /// What the threads hold on to; it outlives the team by as long as they need to notice its end.
  private final class Shared: Sendable {
    let job: @Sendable (Int) -> Void
    /// One for each part but the first.
    let starts: [DispatchSemaphore]
    let done = DispatchSemaphore(value: 0)
    let isOver = Atomic(false)

    init(parts: Int, job: @escaping @Sendable (Int) -> Void) {
      self.job = job
      starts = (1..<parts).map { _ in DispatchSemaphore(value: 0) }
    }

    func serve(_ part: Int) {
      while true {
        starts[part - 1].wait()
        if isOver.load(ordering: .acquiring) { return }
        job(part)
        done.signal()
      }
    }
  }

  private let shared: Shared

  /// `job` does the part it is given, 0 ..< `parts`; it must not hold on to the team. `name` is that of the threads.
  package init(parts: Int, name: String, job: @escaping @Sendable (Int) -> Void) {
    let shared = Shared(parts: parts, job: job)
    for part in 1..<parts {
      let thread = Thread { shared.serve(part) }
      thread.name = "\(name) \(part)"
      thread.start()
    }
    self.shared = shared
  }

  /// Does all parts; returns when they are done.
  package func run() {
    for start in shared.starts { start.signal() }
    shared.job(0)
    for _ in shared.starts { shared.done.wait() }
  }

  deinit {
    shared.isOver.store(true, ordering: .releasing)
    for start in shared.starts { start.signal() }
  }
}
