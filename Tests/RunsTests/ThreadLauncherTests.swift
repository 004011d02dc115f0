import Foundation
import Synchronization
import Testing

@testable import Runs

@Suite struct ThreadLauncherTests {
  private struct Failure: Error {}

  @Test func `results keep the order of the work, and a failure is its own`() throws {
    let results = ThreadLauncher<Int>().run(Array(0..<20), atOnce: 3) { item in
      if item == 7 { throw Failure() }
      return item * item
    }
    #expect(
      results.enumerated().allSatisfy { place, result in (try? result.get()) == (place == 7 ? nil : place * place) })
    #expect(throws: Failure.self) { try results[7].get() }
    #expect(ThreadLauncher<Int>().run([Int](), atOnce: 3) { $0 }.isEmpty)
  }

  @Test(arguments: [1, 2, 4]) func `as many work at once as are asked for, and no more`(width: Int) throws {
    let counts = Counts()
    let met = DispatchSemaphore(value: 0)
    _ = ThreadLauncher<Void>().run(Array(0..<width), atOnce: width) { _ in
      // Each waits for all the others to have begun.
      if counts.begin() == width { for _ in 0..<width { met.signal() } }
      met.wait()
      counts.end()
    }
    _ = ThreadLauncher<Void>().run(Array(0..<40), atOnce: width) { _ in
      counts.begin()
      counts.end()
    }
    #expect(counts.most == width)
  }

  @Test func `a thread that is interrupted sees it, and none can be killed`() throws {
    let launcher = ThreadLauncher<String>()
    let begun = DispatchSemaphore(value: 0)
    let job = launcher.spawn { job in
      begun.signal()
      while !job.shouldStop { sched_yield() }
      return "stopped"
    }
    begun.wait()
    #expect(launcher.jobs().count == 1 && launcher.jobs()[0] === job)
    #expect(throws: LaunchError.threadCannotBeKilled) { try launcher.signal(job, .kill) }
    try launcher.signal(job, .interrupt)
    #expect(try launcher.wait(for: job) == "stopped" && launcher.wait(for: job) == "stopped")
    #expect(launcher.jobs().isEmpty)
  }

  private final class Counts: Sendable {
    private let counts = Mutex((now: 0, most: 0))

    @discardableResult
    func begin() -> Int {
      counts.withLock {
        $0.now += 1
        $0.most = max($0.most, $0.now)
        return $0.now
      }
    }

    func end() { counts.withLock { $0.now -= 1 } }

    var most: Int { counts.withLock { $0.most } }
  }
}
