import Formats
import Foundation
import RLCore

/// Environments that the program around this library steps, all of them in one call back, by columns that both see. A failure is
/// kept in `failure`; from then on steps give nothing.
package final class LentVector: VectorEnvironment {
  /// What the program is asked for. It returns 0 when it has done so.
  package enum Request: Int32, Sendable {
    /// An episode in each environment; the seed of the first, others count on.
    case reset = 0
    /// A step of each by the column of actions; an environment whose episode ends is reset, and its last observation is in the
    /// column of final ones.
    case step = 1
  }

  /// Rows of the environments: `[N, A]`, `[N, W]`, `[N, W]`, `[N]`, endings by their raw values `[N]`, masks `[N, maskWidth]`.
  package struct Columns {
    package var actions: UnsafeMutablePointer<Float>
    package var observations: UnsafeMutablePointer<Float>
    package var finals: UnsafeMutablePointer<Float>
    package var rewards: UnsafeMutablePointer<Double>
    package var endings: UnsafeMutablePointer<UInt8>
    package var masks: UnsafeMutablePointer<UInt8>?

    package init(
      actions: UnsafeMutablePointer<Float>, observations: UnsafeMutablePointer<Float>,
      finals: UnsafeMutablePointer<Float>, rewards: UnsafeMutablePointer<Double>,
      endings: UnsafeMutablePointer<UInt8>, masks: UnsafeMutablePointer<UInt8>?
    ) {
      (self.actions, self.observations, self.finals) = (actions, observations, finals)
      (self.rewards, self.endings, self.masks) = (rewards, endings, masks)
    }
  }

  package let specification: EnvironmentSpecification
  package let count: Int
  package private(set) var failure: (any Error)?
  private let columns: Columns
  private let ask: (Request, _ seed: UInt64) -> Bool
  private let check: ColumnCheck
  private var state = Snapshot()
  /// The observations that episodes were left at when a training was interrupted, until the next step.
  private var leftAt: [Float]?

  /// What decides how it goes on: episodes cannot be put back to their middle.
  private struct Snapshot: Codable {
    var id = ""
    var count = 0
    var seed: UInt64?
    var steps: UInt64 = 0
    var observations: Data?
  }

  /// `ask` returns false where the program has failed, which knows why. Traps unless `count` is at least 1.
  package init(
    _ specification: EnvironmentSpecification, count: Int, columns: Columns,
    ask: @escaping (Request, _ seed: UInt64) -> Bool
  ) {
    precondition(count >= 1, "a vector needs at least one environment, not \(count)")
    (self.specification, self.count, self.columns, self.ask) = (specification, count, columns, ask)
    check = ColumnCheck(specification)
  }

  package func reset(seed: UInt64, into batch: inout StepBatch) {
    (state.seed, state.steps, leftAt) = (seed, 0, nil)
    start(seed)
    take(&batch, isStep: false)
  }

  package func step(_ actions: Span<Float>, into batch: inout StepBatch) {
    precondition(state.seed != nil, "\(specification.id): reset the vector before its first step")
    state.steps &+= 1
    if let observations = leftAt {
      leftAt = nil
      take(&batch, isStep: false)
      if failure != nil { return }
      batch.finalObservations = observations
      for index in 0..<count { batch.endings[index] = .truncated }
      return
    }
    if let index = specification.actionSpace.firstRefused(in: actions) {
      fail(PythonError("\(specification.id): environment \(index) got an action outside its space"))
    }
    if failure == nil {
      actions.withUnsafeBufferPointer { columns.actions.update(from: $0.baseAddress!, count: $0.count) }
      if !ask(.step, 0) { fail(PythonError("\(specification.id): an environment failed in step")) }
    }
    take(&batch, isStep: true)
  }

  package func snapshot() throws -> [UInt8] {
    try checkFailure()
    var snapshot = state
    (snapshot.id, snapshot.count) = (specification.id, count)
    if state.seed != nil { snapshot.observations = (leftAt ?? observations).withUnsafeBytes { Data($0) } }
    return Array(try JSONForm.exact.encode(snapshot))
  }

  package func restore(_ bytes: [UInt8]) throws {
    guard let read = try? JSONForm.exact.decode(Snapshot.self, from: Data(bytes)),
      read.id == specification.id, read.count == count
    else { throw PythonError("\(specification.id): these \(bytes.count) bytes are no snapshot of \(count) of it") }
    state = read
    guard let seed = read.seed, let left = read.observations else { return }
    guard left.count == 4 * count * specification.observationSpace.width else {
      throw PythonError("\(specification.id): its snapshot is damaged")
    }
    leftAt = left.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
    start(seed &+ 2_000_000 &+ read.steps &* UInt64(count))
    try checkFailure()
  }

  private func start(_ seed: UInt64) {
    guard failure == nil else { return }
    if !ask(.reset, seed) { fail(PythonError("\(specification.id): an environment failed in reset")) }
  }

  private var observations: [Float] {
    Array(UnsafeBufferPointer(start: columns.observations, count: count * specification.observationSpace.width))
  }

  private func fail(_ error: PythonError) { if failure == nil { failure = error } }

  /// Copies what the program has written, if it is sound.
  private func take(_ batch: inout StepBatch, isStep: Bool) {
    let width = specification.observationSpace.width
    if failure == nil {
      batch.observations.withUnsafeMutableBufferPointer {
        $0.baseAddress!.update(from: columns.observations, count: count * width)
      }
    }
    for index in 0..<count {
      let isSound = isStep && failure == nil
      batch.rewards[index] = isSound ? columns.rewards[index] : 0
      batch.endings[index] = isSound ? Ending(rawValue: columns.endings[index]) ?? .none : .none
      if batch.endings[index] == .none { continue }
      batch.finalObservations.withUnsafeMutableBufferPointer {
        ($0.baseAddress! + index * width).update(from: columns.finals + index * width, count: width)
      }
    }
    if let masks = columns.masks {
      for index in batch.actionMasks.indices { batch.actionMasks[index] = masks[index] != 0 }
    }
    guard failure == nil else { return }
    do throws(PythonError) {
      if isStep { try check.rewards(batch, 0..<count, specification.id) }
      try check.observations(batch, 0..<count, specification.id)
    } catch { fail(error) }
  }
}

/// Environments whose program is not there: what is fixed about them is known, and stepping them fails.
package final class AbsentVector: VectorEnvironment {
  package let specification: EnvironmentSpecification
  package let count: Int

  package init(_ specification: EnvironmentSpecification, count: Int) {
    (self.specification, self.count) = (specification, count)
  }

  package var failure: (any Error)? {
    PythonError(
      "\(specification.id) was an object of a Python program, which alone can step it", status: .badUsage)
  }

  package func reset(seed: UInt64, into batch: inout StepBatch) {}
  package func step(_ actions: Span<Float>, into batch: inout StepBatch) {}
  package func snapshot() throws -> [UInt8] { throw failure! }
  package func restore(_ snapshot: [UInt8]) throws { throw failure! }
}
