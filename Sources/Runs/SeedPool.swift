import Foundation
import Synchronization

/// Runs the same work for many seeds, some of them side by side. Use it to train several seeds of a configuration at once.
///
/// ```swift
/// let squares = SeedPool.run(seeds: [1, 2, 3], jobs: 2) { seed in seed * seed }
/// print(try squares.map { try $0.get() })  // [1, 4, 9]
/// ```
public final class SeedPool<Output: Sendable>: Sendable {
  private struct State {
    var next = 0
    var results: [Result<Output, any Error>?]
  }

  private let seeds: [UInt64]
  private let work: @Sendable (UInt64) throws -> Output
  private let state: Mutex<State>

  /// `work` for every seed, at most `jobs` at once, each on a thread of its own; results in the order of `seeds`.
  ///
  /// An error of one seed leaves the others alone.
  public static func run(
    seeds: [UInt64], jobs: Int, _ work: @escaping @Sendable (UInt64) throws -> Output
  ) -> [Result<Output, any Error>] {
    SeedPool(seeds, work).run(jobs: jobs)
  }

  private init(_ seeds: [UInt64], _ work: @escaping @Sendable (UInt64) throws -> Output) {
    self.seeds = seeds
    self.work = work
    state = Mutex(State(results: Array(repeating: nil, count: seeds.count)))
  }

  private func run(jobs: Int) -> [Result<Output, any Error>] {
    let group = DispatchGroup()
    for _ in 0..<max(1, min(jobs, seeds.count)) {
      group.enter()
      Thread.detachNewThread {
        while let index = self.takeNext() {
          let result = Result { try self.work(self.seeds[index]) }
          self.state.withLock { $0.results[index] = result }
        }
        group.leave()
      }
    }
    group.wait()
    return state.withLock { $0.results.map { $0! } }
  }

  private func takeNext() -> Int? {
    state.withLock {
      guard $0.next < seeds.count else { return nil }
      $0.next += 1
      return $0.next - 1
    }
  }
}
