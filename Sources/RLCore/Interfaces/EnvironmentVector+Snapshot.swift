import Formats
import Foundation
import Learning
import Randomness

/// Snapshots are JSON: the id, and for each environment its state, its generator and its elapsed steps.
extension EnvironmentVector {
  private struct Snapshot: Codable {
    var id: String
    var states: [World.State]
    var generators: [PCG64]
    var elapsed: [Int]
    /// nil for `.sameStep`.
    var autoReset: AutoReset?
    /// The environments that wait for a reset; nil for `.sameStep`.
    var waiting: [Int]?
  }

  public func snapshot() throws -> [UInt8] {
    let isPlain = autoReset == .sameStep
    let snapshot = Snapshot(
      id: specification.id, states: groups.flatMap(\.states), generators: groups.flatMap(\.generators),
      elapsed: groups.flatMap(\.elapsed), autoReset: isPlain ? nil : autoReset,
      waiting: isPlain ? nil : groups.flatMap(\.waitingEnvironments))
    return Array(try JSONForm.exact.encode(snapshot))
  }

  /// Throws `SnapshotError` for anything but a snapshot of the same environment with as many environments and the same
  /// auto-reset; the number of threads may differ.
  public func restore(_ snapshot: [UInt8]) throws {
    guard let read = try? JSONForm.exact.decode(Snapshot.self, from: Data(snapshot)) else {
      throw SnapshotError("these \(snapshot.count) bytes are not a snapshot of \(specification.id)")
    }
    guard read.id == specification.id else {
      throw SnapshotError("a snapshot of \(read.id) does not fit \(specification.id)")
    }
    let counts = [read.states.count, read.generators.count, read.elapsed.count]
    guard counts == [count, count, count] || counts == [0, 0, 0] else {
      throw SnapshotError("a snapshot of \(read.states.count) environments does not fit a vector of \(count)")
    }
    guard (read.autoReset ?? .sameStep) == autoReset else {
      let theirs = (read.autoReset ?? .sameStep).rawValue
      throw SnapshotError(
        "a snapshot with \(theirs) auto-reset does not fit a vector of \(specification.id) with \(autoReset.rawValue)")
    }
    for group in groups {
      let own = read.states.isEmpty ? 0..<0 : group.first..<group.first + group.count
      group.take(
        states: Array(read.states[own]), generators: Array(read.generators[own]),
        elapsed: Array(read.elapsed[own]), waiting: read.waiting ?? [])
    }
  }
}

/// A snapshot that does not fit the environments that are to restore it.
///
/// ```swift
/// func restore(_ environments: any VectorEnvironment, from snapshot: [UInt8]) throws {
///   do { try environments.restore(snapshot) } catch let error as SnapshotError { print(error.sentence) }
/// }
/// ```
public struct SnapshotError: UserFacingError, Hashable, Sendable {
  public var description: String
  public var sentence: String { "the checkpoint does not fit: \(description)" }
  public var status: FailureStatus { .failedWork }
  public init(_ description: String) { self.description = description }
}
