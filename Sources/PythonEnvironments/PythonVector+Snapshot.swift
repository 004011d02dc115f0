import Formats
import Foundation
import RLCore

/// Snapshots are JSON: the environments' pickles, or, where a copy by pickle does not go on as the environment does, what to
/// begin other episodes with.
extension PythonVector {
  private struct Snapshot: Codable {
    var id: String
    var count: Int
    var autoReset: AutoReset
    var seed: UInt64?
    var steps: UInt64
    /// One a worker; none where episodes begin anew.
    var shares: [Share]
    /// `[N, W]`: where episodes were left, if they begin anew.
    var observations: Data?
  }

  /// As workers write and read it.
  private struct Share: Codable {
    /// Pickles in base 64.
    var states: [String]
    var elapsed: [Int]
    var waiting: [Bool]
  }

  package func snapshot() throws -> [UInt8] {
    if let failure { throw failure }
    var snapshot = Snapshot(
      id: specification.id, count: count, autoReset: autoReset, seed: progress.seed, steps: progress.steps, shares: [])
    if progress.seed != nil {
      if description.restores == nil {
        snapshot.shares = try answers("p", "pickling").map { try JSONForm.exact.decode(Share.self, from: Data($0)) }
      } else {
        let observations = progress.leftAt ?? currentObservations
        snapshot.observations = observations.withUnsafeBytes { Data($0) }
      }
    }
    return Array(try JSONForm.exact.encode(snapshot))
  }

  /// Throws `SnapshotError` for anything but a snapshot of the same environment with as many environments and the same
  /// auto-reset; the number of workers may differ. Throws `PythonError` where a pickle cannot be read.
  package func restore(_ bytes: [UInt8]) throws {
    guard let read = try? JSONForm.exact.decode(Snapshot.self, from: Data(bytes)) else {
      throw SnapshotError("these \(bytes.count) bytes are not a snapshot of \(specification.id)")
    }
    guard read.id == specification.id, read.count == count, read.autoReset == autoReset else {
      throw SnapshotError(
        "a snapshot of \(read.count) environments \(read.id) does not fit a vector of \(count) environments \(specification.id)"
      )
    }
    progress = Progress(seed: read.seed, steps: read.steps)
    guard let seed = read.seed else { return }
    do throws(PythonError) {
      if let observations = read.observations {
        guard observations.count == count * specification.observationSpace.width * 4 else {
          throw PythonError("\(specification.id): its snapshot is damaged")
        }
        progress.leftAt = observations.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
        try start(seed &+ restartOffset(read.steps))
      } else {
        try put(read.shares)
      }
    } catch {
      fail(error)
      throw error
    }
  }

  private var currentObservations: [Float] {
    let cells = count * specification.observationSpace.width
    var observations = [Float](repeating: 0, count: cells)
    observations.withUnsafeMutableBufferPointer { copy(columns.observations, to: $0.baseAddress!, 0, cells) }
    return observations
  }

  /// Gives each worker its environments, however many there were.
  private func put(_ shares: [Share]) throws(PythonError) {
    let states = shares.flatMap(\.states)
    let (elapsed, waiting) = (shares.flatMap(\.elapsed), shares.flatMap(\.waiting))
    guard states.count == count, elapsed.count == count, waiting.count == count else {
      throw PythonError("\(specification.id): its snapshot is damaged")
    }
    try ask("u", "unpickling") { worker in
      Share(
        states: Array(states[worker.rows]), elapsed: Array(elapsed[worker.rows]), waiting: Array(waiting[worker.rows]))
    }
  }

  /// Seeds that no environment of the training has had, the same whenever it is resumed from there.
  private func restartOffset(_ steps: UInt64) -> UInt64 { 2_000_000 &+ steps &* UInt64(count) }
}
