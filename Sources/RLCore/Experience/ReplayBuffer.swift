import BLASBridge
import Learning
import Randomness

/// The latest transitions of N environments, in a ring (Lin 1992; Mnih et al. 2015).
///
/// A transition is one row of floats: observation, action, reward, ending, next observation, where the next one is the
/// episode's final observation if the step ended it. Rows of one step of all environments lie side by side, so the same
/// environment's next step is N rows further on.
final class ReplayBuffer {
  let environmentCount: Int
  /// Transitions it holds at most: whole steps of all environments.
  let capacity: Int
  private(set) var count = 0
  /// The row where the next step goes; a multiple of `environmentCount`.
  private var head = 0
  private let observationWidth: Int
  private let actionWidth: Int
  private let stride: Int
  private let rows: FloatBuffer

  /// `capacity` is rounded down to whole steps, at least one.
  init(capacity: Int, environmentCount: Int, observationWidth: Int, actionWidth: Int) {
    self.environmentCount = environmentCount
    self.capacity = max(1, capacity / environmentCount) * environmentCount
    self.observationWidth = observationWidth
    self.actionWidth = actionWidth
    stride = Self.stride(observationWidth: observationWidth, actionWidth: actionWidth)
    rows = FloatBuffer(count: self.capacity * stride)
  }

  private static func stride(observationWidth: Int, actionWidth: Int) -> Int { 2 * observationWidth + actionWidth + 2 }

  /// The bytes that a buffer takes in a training of `budget` transitions: its own, and twice those of what it holds in
  /// the end, while that is written into a checkpoint.
  static func bytes(capacity: Int, for environment: EnvironmentSpecification, budget: Int) -> Double {
    let row =
      4 * stride(observationWidth: environment.observationSpace.width, actionWidth: environment.actionSpace.width)
    return (Double(capacity) + 2 * Double(min(capacity, budget))) * Double(row)
  }

  /// Takes in one step of every environment: `observations [N, W]` before it, `actions [N, A]`, and what it gave.
  func append(
    observations: UnsafePointer<Float>, actions: UnsafePointer<Float>, _ batch: borrowing StepBatch
  ) {
    let width = observationWidth
    for copy in 0..<environmentCount {
      let row = rows.base + (head + copy) * stride
      let ending = batch.endings[copy]
      row.update(from: observations + copy * width, count: width)
      (row + width).update(from: actions + copy * actionWidth, count: actionWidth)
      row[width + actionWidth] = Float(batch.rewards[copy])
      row[width + actionWidth + 1] = Float(ending.rawValue)
      let next = row + width + actionWidth + 2
      for i in 0..<width {
        next[i] = ending == .none ? batch.observations[copy * width + i] : batch.finalObservations[copy * width + i]
      }
    }
    head = (head + environmentCount) % capacity
    count = min(capacity, count + environmentCount)
  }

  /// Draws `rows` transitions uniformly, with replacement, each with the rewards of up to `steps` steps from it on.
  func sample(
    rows count: Int, steps: Int = 1, gamma: Float, encoding: ObservationEncoding,
    using generator: inout CounterGenerator, into sample: ReplaySample
  ) {
    for row in 0..<count { gather(generator.integer(below: self.count), to: row, steps, gamma, encoding, sample) }
    sample.rows = count
  }

  /// The return of n steps ends at an ending, and at the newest step stored: it never runs over the ring's seam.
  ///
  /// R = Σ_{k<m} γ^k r_{t+k} with m ≤ n steps; the discount of what follows is γ^m, 0 after a termination.
  private func gather(
    _ index: Int, to row: Int, _ steps: Int, _ gamma: Float, _ encoding: ObservationEncoding, _ sample: ReplaySample
  ) {
    let width = observationWidth
    let first = rows.base + index * stride
    var (last, reward, discount) = (index, Float(0), Float(1))
    var ending = Ending.none
    for step in 1...steps {
      let cells = rows.base + last * stride + width + actionWidth
      reward += discount * cells[0]
      discount *= gamma
      ending = Ending(rawValue: UInt8(cells[1]))!
      let next = last + environmentCount < capacity ? last + environmentCount : last + environmentCount - capacity
      // Where the next step would go there is either nothing yet or the oldest step.
      if ending != .none || step == steps || next / environmentCount * environmentCount == head { break }
      last = next
    }
    encoding.encode(first, rows: 1, into: sample.observations.base + row * encoding.width)
    (sample.actions.base + row * actionWidth).update(from: first + width, count: actionWidth)
    sample.rewards.base[row] = reward
    sample.discounts.base[row] = ending == .terminated ? 0 : discount
    encoding.encode(
      rows.base + last * stride + width + actionWidth + 2, rows: 1,
      into: sample.nextObservations.base + row * encoding.width)
  }

  func save(into checkpoint: inout Checkpoint) {
    checkpoint.set(
      "replay", Array(UnsafeBufferPointer(start: rows.base, count: count * stride)), shape: [count, stride])
    checkpoint.set("replay.position", [count, head])
  }

  func load(from checkpoint: Checkpoint) throws {
    let position = try checkpoint.integers("replay.position", count: 2)
    guard (0...capacity).contains(position[0]), (0..<capacity).contains(position[1]) else {
      throw CheckpointError("the checkpoint's replay buffer of \(position[0]) transitions does not fit \(capacity)")
    }
    let stored = try checkpoint.floats("replay", count: position[0] * stride)
    stored.withUnsafeBufferPointer { if let base = $0.baseAddress { rows.base.update(from: base, count: $0.count) } }
    (count, head) = (position[0], position[1])
  }
}

/// Transitions drawn from a replay buffer, column by column; observations as a network takes them.
final class ReplaySample {
  fileprivate(set) var rows = 0
  /// `[B, F]`
  let observations: FloatBuffer
  /// `[B, A]`
  let actions: FloatBuffer
  /// `[B]`: returns of up to n steps.
  let rewards: FloatBuffer
  /// `[B]`: what the value of the next observation is multiplied by; 0 where there is no future.
  let discounts: FloatBuffer
  /// `[B, F]`
  let nextObservations: FloatBuffer

  private let featureWidth: Int
  private let actionWidth: Int

  /// What a look may show of it.
  static let tensors = signals("observations", "actions", "rewards")

  func show(_ look: Look) {
    look.show("observations", observations.base, count: rows * featureWidth)
    look.show("actions", actions.base, count: rows * actionWidth)
    look.show("rewards", rewards.base, count: rows)
  }

  init(rows: Int, features: Int, actionWidth: Int) {
    featureWidth = features
    self.actionWidth = actionWidth
    observations = FloatBuffer(count: rows * features)
    actions = FloatBuffer(count: rows * actionWidth)
    rewards = FloatBuffer(count: rows)
    discounts = FloatBuffer(count: rows)
    nextObservations = FloatBuffer(count: rows * features)
  }
}
