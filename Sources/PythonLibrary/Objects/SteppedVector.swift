import Environments
import Foundation
import Learning
import RLCore
import Settings

/// Environments that Python steps, with the columns of a step in memory that it shares.
final class SteppedVector: @unchecked Sendable {
  let vector: any VectorEnvironment
  let actions: SharedColumn<Float>
  let observations: SharedColumn<Float>
  /// Rows of environments whose episode has just ended.
  let finals: SharedColumn<Float>
  let rewards: SharedColumn<Double>
  let terminations: SharedColumn<UInt8>
  let truncations: SharedColumn<UInt8>
  let masks: SharedColumn<UInt8>
  private var batch: StepBatch
  private var isReset = false
  /// Environments that wait for a reset, where none resets itself.
  private var waiting: [Bool]
  private let lock = NSLock()

  var specification: EnvironmentSpecification { vector.specification }

  init(_ vector: any VectorEnvironment) {
    self.vector = vector
    let count = vector.count
    let width = vector.specification.observationSpace.width
    batch = vector.makeBatch()
    actions = SharedColumn(count * vector.specification.actionSpace.width, 0)
    observations = SharedColumn(count * width, 0)
    finals = SharedColumn(count * width, 0)
    rewards = SharedColumn(count, 0)
    terminations = SharedColumn(count, 0)
    truncations = SharedColumn(count, 0)
    masks = SharedColumn(batch.actionMasks.count, 1)
    waiting = Array(repeating: false, count: count)
  }

  /// Throws where so many environments need more memory than there is, and what making them throws.
  static func make(_ id: String, count: Int, autoReset: AutoReset, threads: Int) throws -> SteppedVector {
    guard (1...Bounds.mostEnvironments).contains(count) else {
      throw LibraryError("a vector has 1 to \(Bounds.mostEnvironments) environments, not \(count)")
    }
    guard (1...1_024).contains(threads) else { throw LibraryError("a vector has 1 to 1024 threads, not \(threads)") }
    let specification = try EnvironmentCatalogue.specification(id)
    var memory = MemoryEstimate()
    let row = 20 * (specification.observationSpace.width + specification.actionSpace.width)
    memory.add(
      "the environments", bytes: Double(count) * Double(row + specification.bytesPerCopy), lower: "num_envs")
    try memory.require("a vector of \(count) environments")
    return SteppedVector(
      try EnvironmentCatalogue.make(id, count: count, autoReset: autoReset, threads: threads))
  }

  /// Seeds environment i with `seed` + i and starts an episode in each; without a seed each goes on with its own generator.
  func reset(seed: UInt64?) throws {
    try lock.withLock {
      if let seed {
        vector.reset(seed: seed, into: &batch)
        isReset = true
      } else {
        guard isReset else { throw LibraryError("the first reset of a vector needs a seed") }
        let all = [Bool](repeating: true, count: vector.count)
        vector.reset(where: all.span, into: &batch)
      }
      for index in waiting.indices { waiting[index] = false }
      try vector.checkFailure()
      show()
    }
  }

  func reset(where chosen: [Bool]) throws {
    guard chosen.count == vector.count else {
      throw LibraryError("a mask for \(vector.count) environments has as many flags, not \(chosen.count)")
    }
    try lock.withLock {
      guard isReset else { throw LibraryError("the first reset of a vector is one of all its environments") }
      vector.reset(where: chosen.span, into: &batch)
      for index in chosen.indices where chosen[index] { waiting[index] = false }
      try vector.checkFailure()
      show()
    }
  }

  /// How many episodes have ended with the step.
  func step() throws -> Int32 {
    try lock.withLock {
      guard isReset else { throw LibraryError("reset the vector before its first step") }
      let actions = Span(_unsafeElements: UnsafeBufferPointer(self.actions.values))
      if let index = specification.actionSpace.firstRefused(in: actions) {
        throw LibraryError("environment \(index) got an action that is not in \(specification.actionSpace)")
      }
      if vector.autoReset == .disabled, let index = waiting.firstIndex(of: true) {
        throw LibraryError("the episode of environment \(index) has ended: reset it before the next step")
      }
      vector.step(actions, into: &batch)
      try vector.checkFailure()
      return show()
    }
  }

  /// Copies the step's rows to where Python sees them; returns how many episodes have ended.
  @discardableResult
  private func show() -> Int32 {
    observations.take(batch.observations)
    rewards.take(batch.environmentRewards ?? batch.rewards)
    let hasEnding = batch.hasEnding
    if !batch.actionMasks.isEmpty {
      for index in batch.actionMasks.indices { masks.values[index] = batch.actionMasks[index] ? 1 : 0 }
    }
    guard hasEnding || hadEnding else { return 0 }
    hadEnding = hasEnding
    var endings: Int32 = 0
    let width = finals.values.count / vector.count
    for index in 0..<vector.count {
      let ending = batch.endings[index]
      terminations.values[index] = ending == .terminated ? 1 : 0
      truncations.values[index] = ending == .truncated ? 1 : 0
      if ending == .none { continue }
      endings += 1
      if vector.autoReset == .disabled { waiting[index] = true }
      for place in index * width..<(index + 1) * width { finals.values[place] = batch.finalObservations[place] }
    }
    return endings
  }

  private var hadEnding = true
}
