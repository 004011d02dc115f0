import Foundation
import RLCore
import Runs
import Telemetry
import Tracker
import Training

/// A training that Python has started. One thread trains; what it has recorded last any may ask.
final class TrainedRun: @unchecked Sendable {
  typealias Progress = @convention(c) (_ step: Int, _ budget: Int, _ figure: Double) -> Int32

  let run: TrainingRun
  let store: Store
  private var latest: [Metric: Double] = [:]
  /// The thread that trains; nil while none does.
  private var thread: UInt?
  private var hasEnded = false
  private(set) var outcome: RunOutcome?
  private let lock = NSLock()

  init(_ run: TrainingRun, in store: Store) {
    (self.run, self.store) = (run, store)
    run.observe { [unowned self] metric, value, _ in lock.withLock { latest[metric] = value } }
  }

  func train(_ progress: Progress?) throws {
    try lock.withLock {
      guard thread == nil, !hasEnded else { throw LibraryError("the training has been done, or is being done") }
      thread = UInt(pthread_self())
    }
    defer {
      lock.withLock { (thread, hasEnded) = (nil, true) }
    }
    var stops = false
    let ended = try run.train(
      shouldStop: { stops },
      onProgress: { state in
        if let progress, progress(state.step, state.budget, state.figure ?? .nan) != 0 { stops = true }
      })
    lock.withLock { outcome = ended }
  }

  /// The last value of everything recorded.
  var metrics: [String: Double] {
    lock.withLock { Dictionary(latest.map { ($0.key.name, $0.value) }) { first, _ in first } }
  }

  /// The policy as it is now, and the statistics of its environments. Throws where another thread is changing it.
  func policy() throws -> (any Policy, EnvironmentSpecification, [String: RunningMoments]) {
    try lock.withLock {
      guard thread == nil || thread == UInt(pthread_self()) else {
        throw LibraryError("another thread is training run \(run.id)")
      }
    }
    return (run.learner.agent.policy, try run.configuration.specification, run.learner.statistics)
  }
}
