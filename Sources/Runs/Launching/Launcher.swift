import Foundation
import Synchronization

/// Starts work beside its caller: on threads, which end with this process, or as processes, which outlive it.
///
///     let launcher = ThreadLauncher<Double>()
///     let job = launcher.spawn { job in try train(until: { job.shouldStop }) }
///     try launcher.signal(job, .interrupt)
///     let score = try launcher.wait(for: job)
package protocol Launcher: Sendable {
  associatedtype Work: Sendable
  associatedtype Job: Sendable
  associatedtype Outcome: Sendable

  /// Starts `work` and returns at once. Throws if it cannot be started.
  func spawn(_ work: Work) throws -> Job

  /// The jobs that this launcher knows, the oldest first.
  func jobs() throws -> [Job]

  /// Asks a job to end, or ends it; one that has ended is left alone.
  func signal(_ job: Job, _ signal: JobSignal) throws

  /// Returns once the job has ended. Throws what the work threw, if the launcher can know that.
  func wait(for job: Job) throws -> Outcome
}

/// How a job is told to end.
package enum JobSignal: Sendable {
  /// As Ctrl-C: the job finishes what it records.
  case interrupt
  /// As a shutdown of the system.
  case terminate
  /// At once.
  case kill
}

extension Launcher {
  /// Does all of `works`, at most `width` of them at a time; the outcomes in their order.
  ///
  /// An error of one leaves the others alone.
  package func run(_ works: [Work], atOnce width: Int) -> [Result<Outcome, any Error>] {
    let outcomes = Outcomes<Outcome>(count: works.count)
    let (room, group) = (DispatchSemaphore(value: max(1, width)), DispatchGroup())
    for (place, work) in works.enumerated() {
      room.wait()
      group.enter()
      Thread.detachNewThread {
        outcomes.set(place, Result { try self.wait(for: self.spawn(work)) })
        room.signal()
        group.leave()
      }
    }
    group.wait()
    return outcomes.all
  }
}

private final class Outcomes<Outcome: Sendable>: Sendable {
  private let results: Mutex<[Result<Outcome, any Error>?]>

  init(count: Int) { results = Mutex(Array(repeating: nil, count: count)) }

  func set(_ place: Int, _ result: Result<Outcome, any Error>) { results.withLock { $0[place] = result } }

  var all: [Result<Outcome, any Error>] { results.withLock { $0.map { $0! } } }
}
