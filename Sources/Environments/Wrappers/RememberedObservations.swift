import RLCore

/// What a wrapper remembers of each environment's episode, and makes an observation of.
protocol EpisodeMemory: Codable {
  mutating func begin(_ index: Int, _ observation: UnsafePointer<Float>)
  mutating func advance(_ index: Int, _ observation: UnsafePointer<Float>)
  /// Writes the observation of environment `index`.
  func write(_ index: Int, into row: UnsafeMutablePointer<Float>)
}

/// A vector whose observations show more than the present: what ``FrameStack`` and ``TimeAware`` are to environments that
/// live elsewhere.
final class RememberedObservations<Memory: EpisodeMemory>: VectorWrapper {
  let base: any VectorEnvironment
  let specification: EnvironmentSpecification
  private var memory: Memory
  /// The base's.
  private var inner: StepBatch
  /// Whose next step begins an episode, where the mode is next-step.
  private var waiting: [Bool]

  private struct State: Codable {
    var memory: Memory
    var waiting: [Bool]
  }

  init(_ base: any VectorEnvironment, _ specification: EnvironmentSpecification, _ memory: Memory) {
    (self.base, self.specification, self.memory) = (base, specification, memory)
    inner = base.makeBatch()
    waiting = Array(repeating: false, count: base.count)
  }

  func reset(seed: UInt64, into batch: inout StepBatch) {
    base.reset(seed: seed, into: &inner)
    for index in 0..<count { begin(index, &batch) }
    copyRest(to: &batch)
  }

  func reset(where chosen: Span<Bool>, into batch: inout StepBatch) {
    base.reset(where: chosen, into: &inner)
    for index in 0..<count where chosen[index] { begin(index, &batch) }
    copyRest(to: &batch)
  }

  func step(_ actions: Span<Float>, into batch: inout StepBatch) {
    base.step(actions, into: &inner)
    for index in 0..<count {
      if waiting[index] {
        begin(index, &batch)
        continue
      }
      let hasEnded = inner.endings[index] != .none
      let isLast = hasEnded && autoReset == .sameStep
      Self.withRow(index, of: isLast ? inner.finalObservations : inner.observations, count) {
        memory.advance(index, $0)
      }
      if hasEnded {
        write(index, to: &batch.finalObservations)
        if autoReset == .nextStep { waiting[index] = true }
      }
      if isLast { begin(index, &batch) } else { write(index, to: &batch.observations) }
    }
    copyRest(to: &batch)
  }

  private func begin(_ index: Int, _ batch: inout StepBatch) {
    Self.withRow(index, of: inner.observations, count) { memory.begin(index, $0) }
    waiting[index] = false
    write(index, to: &batch.observations)
  }

  private func write(_ index: Int, to column: inout [Float]) {
    let width = column.count / count
    column.withUnsafeMutableBufferPointer { memory.write(index, into: $0.baseAddress! + index * width) }
  }

  private static func withRow(_ index: Int, of column: [Float], _ count: Int, _ body: (UnsafePointer<Float>) -> Void) {
    column.withUnsafeBufferPointer { body($0.baseAddress! + index * (column.count / count)) }
  }

  private func copyRest(to batch: inout StepBatch) {
    for index in 0..<count {
      (batch.rewards[index], batch.endings[index]) = (inner.rewards[index], inner.endings[index])
    }
    for index in batch.actionMasks.indices { batch.actionMasks[index] = inner.actionMasks[index] }
  }

  func snapshot() throws -> [UInt8] { try snapshot(with: State(memory: memory, waiting: waiting)) }

  func restore(_ snapshot: [UInt8]) throws {
    let state = try restore(snapshot, as: State.self)
    (memory, waiting) = (state.memory, state.waiting)
  }
}

extension EnvironmentCatalogue {
  static func frameStack(_ base: any VectorEnvironment, _ frames: Int) -> any VectorEnvironment {
    var specification = base.specification
    specification.stackFrames(frames)
    let memory = FrameMemory(count: base.count, depth: frames, width: base.specification.observationSpace.width)
    return RememberedObservations(base, specification, memory)
  }

  static func timeAware(
    _ base: any VectorEnvironment, normalized: Bool
  ) throws(EnvironmentError) -> any VectorEnvironment {
    var specification = base.specification
    let limit = try specification.showTime(normalized: normalized)
    let memory = TimeMemory(count: base.count, width: base.specification.observationSpace.width, limit: limit)
    return RememberedObservations(base, specification, memory)
  }
}

/// The last frames, the oldest first.
private struct FrameMemory: EpisodeMemory {
  /// `[N, depth, W]`
  var frames: [Float]
  let depth: Int
  let width: Int

  init(count: Int, depth: Int, width: Int) {
    (self.depth, self.width) = (depth, width)
    frames = Array(repeating: 0, count: count * depth * width)
  }

  mutating func begin(_ index: Int, _ observation: UnsafePointer<Float>) {
    for place in 0..<depth * width { frames[index * depth * width + place] = observation[place % width] }
  }

  mutating func advance(_ index: Int, _ observation: UnsafePointer<Float>) {
    let (start, size) = (index * depth * width, depth * width)
    for place in 0..<size - width { frames[start + place] = frames[start + place + width] }
    for place in 0..<width { frames[start + size - width + place] = observation[place] }
  }

  func write(_ index: Int, into row: UnsafeMutablePointer<Float>) {
    for place in 0..<depth * width { row[place] = frames[index * depth * width + place] }
  }
}

/// The steps taken, beside the present observation.
private struct TimeMemory: EpisodeMemory {
  /// `[N]`
  var elapsed: [Int]
  /// `[N, W]`
  var newest: [Float]
  let width: Int
  let limit: Double?

  init(count: Int, width: Int, limit: Double?) {
    (self.width, self.limit) = (width, limit)
    (elapsed, newest) = (Array(repeating: 0, count: count), Array(repeating: 0, count: count * width))
  }

  mutating func begin(_ index: Int, _ observation: UnsafePointer<Float>) {
    elapsed[index] = 0
    keep(index, observation)
  }

  mutating func advance(_ index: Int, _ observation: UnsafePointer<Float>) {
    elapsed[index] += 1
    keep(index, observation)
  }

  private mutating func keep(_ index: Int, _ observation: UnsafePointer<Float>) {
    for place in 0..<width { newest[index * width + place] = observation[place] }
  }

  func write(_ index: Int, into row: UnsafeMutablePointer<Float>) {
    for place in 0..<width { row[place] = newest[index * width + place] }
    row[width] = Clocks.time(elapsed[index], limit: limit)
  }
}
