import BLASBridge
import Foundation
import Learning
import Randomness

/// N copies of one environment, each with a generator of its own, stepped in a plain loop.
///
/// Time limits are applied here: a step that reaches the limit is `.truncated` unless it terminated. A copy whose
/// episode ends starts the next one in the same step, from its own generator, as Gymnasium's `SyncVectorEnv` does in its
/// mode `SAME_STEP`. Steps allocate nothing unless the environment does. Traps on an action outside the action space.
public final class EnvironmentVector<World: Environment>: VectorEnvironment {
  public let specification: EnvironmentSpecification
  public let count: Int
  private let world: World
  /// Empty before the first reset.
  private var states: [World.State] = []
  private var generators: [PCG64] = []
  /// Steps of each copy since its last reset.
  private var elapsed: [Int] = []

  public var model: (any TabularModel)? { world as? any TabularModel }

  public init(_ world: World, count: Int) {
    require(count >= 1, "a vector needs at least one copy, not \(count)")
    self.world = world
    self.count = count
    specification = world.specification
  }

  public func reset(seed: UInt64, into batch: inout StepBatch) {
    checkShape(of: batch)
    generators = (0..<count).map { PCG64(seed: seed &+ UInt64($0)) }
    states = generators.indices.map { world.reset(using: &generators[$0]) }
    elapsed = Array(repeating: 0, count: count)
    let width = specification.observationSpace.width
    batch.observations.withUnsafeMutableBufferPointer { observations in
      for copy in 0..<count { world.observe(states[copy], into: observations, row: copy, width: width) }
    }
    for copy in 0..<count {
      batch.rewards[copy] = 0
      batch.endings[copy] = .none
    }
  }

  public func step(_ actions: Span<Float>, into batch: inout StepBatch) {
    checkShape(of: batch)
    require(!states.isEmpty, "\(specification.id): reset the vector before its first step")
    let numbers = count * specification.actionSpace.width
    require(
      actions.count == numbers,
      "\(specification.id): \(count) copies need \(numbers) action numbers, not \(actions.count)")
    Self.step(
      world, specification, actions, &states, &generators, &elapsed, &batch.observations, &batch.finalObservations,
      &batch.rewards, &batch.endings)
  }

  /// The loop over the copies. Every column is a parameter of its own, checked for exclusive access once a batch.
  private static func step(
    _ world: World, _ specification: EnvironmentSpecification, _ actions: Span<Float>, _ states: inout [World.State],
    _ generators: inout [PCG64], _ elapsed: inout [Int], _ observations: inout [Float],
    _ finalObservations: inout [Float], _ rewards: inout [Double], _ endings: inout [Ending]
  ) {
    let limit = specification.timeLimit ?? .max
    let width = specification.observationSpace.width
    let actionSpace = specification.actionSpace
    let actionWidth = actionSpace.width
    observations.withUnsafeMutableBufferPointer { observations in
      finalObservations.withUnsafeMutableBufferPointer { finalObservations in
        states.withUnsafeMutableBufferPointer { states in
          for copy in 0..<states.count {
            let action = actions.extracting(copy * actionWidth..<(copy + 1) * actionWidth)
            require(
              actionSpace.acceptsAction(action),
              "\(specification.id): copy \(copy) got \(action.indices.map { action[$0] }), not one of \(actionSpace)")
            let outcome = world.step(&states[copy], action: action, using: &generators[copy])
            elapsed[copy] += 1
            let ending = outcome.ending == .none && elapsed[copy] >= limit ? .truncated : outcome.ending
            if ending != .none {
              world.observe(states[copy], into: finalObservations, row: copy, width: width)
              states[copy] = world.reset(using: &generators[copy])
              elapsed[copy] = 0
            }
            world.observe(states[copy], into: observations, row: copy, width: width)
            rewards[copy] = outcome.reward
            endings[copy] = ending
          }
        }
      }
    }
  }

  private func checkShape(of batch: borrowing StepBatch) {
    let cells = count * specification.observationSpace.width
    require(
      batch.observations.count == cells && batch.finalObservations.count == cells && batch.rewards.count == count
        && batch.endings.count == count,
      "\(specification.id): \(count) copies write \(cells) observation numbers and \(count) rewards, but the batch is for "
        + "\(batch.observations.count) and \(batch.rewards.count)")
  }
}

/// Snapshots are JSON: the id, and for each copy its state, its generator and its elapsed steps.
extension EnvironmentVector {
  private struct Snapshot: Codable {
    var id: String
    var states: [World.State]
    var generators: [PCG64]
    var elapsed: [Int]
  }

  public func snapshot() throws -> [UInt8] {
    let snapshot = Snapshot(id: specification.id, states: states, generators: generators, elapsed: elapsed)
    return Array(try ExactJSON.encode(snapshot))
  }

  /// Throws `SnapshotError` for anything but a snapshot of the same environment with as many copies.
  public func restore(_ snapshot: [UInt8]) throws {
    guard let read = try? ExactJSON.decode(Snapshot.self, from: Data(snapshot)) else {
      throw SnapshotError("these \(snapshot.count) bytes are no snapshot of \(specification.id)")
    }
    guard read.id == specification.id else {
      throw SnapshotError("a snapshot of \(read.id) does not fit \(specification.id)")
    }
    let counts = [read.states.count, read.generators.count, read.elapsed.count]
    guard counts == [count, count, count] || counts == [0, 0, 0] else {
      throw SnapshotError("a snapshot of \(read.states.count) copies does not fit a vector of \(count)")
    }
    (states, generators, elapsed) = (read.states, read.generators, read.elapsed)
  }
}

extension Environment {
  /// Writes the observation of `state` into row `row` of a column of rows of `width`.
  fileprivate func observe(_ state: State, into column: UnsafeMutableBufferPointer<Float>, row: Int, width: Int) {
    var cells = UnsafeMutableBufferPointer(rebasing: column[row * width..<(row + 1) * width]).mutableSpan
    observe(state, into: &cells)
  }
}

/// A snapshot that does not fit.
public struct SnapshotError: Error, Hashable, Sendable, CustomStringConvertible {
  public var description: String
  public init(_ description: String) { self.description = description }
}
