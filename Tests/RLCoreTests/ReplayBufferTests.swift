import Learning
import Randomness
import Testing

@testable import RLCore

/// Observation = step number, reward = 10^step, so that what was summed can be read off the result.
@Suite struct ReplayBufferTests {
  private let encoding = ObservationEncoding(.box(low: [0], high: [100]))

  /// Fills a buffer with one step of every copy per entry of `endings`; copy c's observations start at 1000 c.
  private func buffer(capacity: Int, environmentCount: Int = 1, endings: [[Ending]]) -> ReplayBuffer {
    let buffer = ReplayBuffer(
      capacity: capacity, environmentCount: environmentCount, observationWidth: 1, actionWidth: 1)
    for (step, ending) in endings.enumerated() {
      var batch = StepBatch(count: environmentCount, width: 1)
      let now = (0..<environmentCount).map { Float(1000 * $0 + step) }
      for copy in 0..<environmentCount {
        batch.observations[copy] = ending[copy] == .none ? now[copy] + 1 : -1
        batch.finalObservations[copy] = now[copy] + 0.5
        batch.rewards[copy] = Double(step + 1)
        batch.endings[copy] = ending[copy]
      }
      buffer.append(observations: now, actions: now.map { -$0 }, batch)
    }
    return buffer
  }

  /// Everything that samples of `steps` steps hold, by the observation they start from.
  private func samples(_ buffer: ReplayBuffer, steps: Int, gamma: Float = 0.5) -> [Float: [Float]] {
    var generator = CounterGenerator(SeedSequence(1))
    let sample = ReplaySample(rows: 400, features: 1, actionWidth: 1)
    buffer.sample(rows: 400, steps: steps, gamma: gamma, encoding: encoding, using: &generator, into: sample)
    var found: [Float: [Float]] = [:]
    for row in 0..<400 {
      #expect(sample.actions.base[row] == -sample.observations.base[row])
      let values = [sample.rewards.base[row], sample.discounts.base[row], sample.nextObservations.base[row]]
      let previous = found.updateValue(values, forKey: sample.observations.base[row])
      #expect(previous == nil || previous == values)
    }
    return found
  }

  @Test func `one step: reward, discount and next observation`() {
    let found = samples(
      buffer(capacity: 10, endings: [[.none], [.terminated], [.truncated], [.none]]), steps: 1)
    #expect(found == [0: [1, 0.5, 1], 1: [2, 0, 1.5], 2: [3, 0.5, 2.5], 3: [4, 0.5, 4]])
  }

  @Test func `n steps end at endings and at the newest step`() {
    let found = samples(
      buffer(capacity: 10, endings: [[.none], [.none], [.terminated], [.none], [.truncated], [.none]]), steps: 3)
    let expected: [Float: [Float]] = [
      0: [2.75, 0, 2.5], 1: [3.5, 0, 2.5], 2: [3, 0, 2.5],
      3: [6.5, 0.25, 4.5], 4: [5, 0.5, 4.5], 5: [6, 0.5, 6],
    ]
    #expect(found == expected)
  }

  @Test func `n steps run over the end of the memory but not over its seam`() {
    // Seven steps in a ring of four: steps 4, 5, 6 overwrite 0, 1, 2, so 3 … 6 remain and 6 is the newest.
    let found = samples(buffer(capacity: 4, endings: Array(repeating: [.none], count: 7)), steps: 3)
    let expected: [Float: [Float]] = [
      3: [8, 0.125, 6], 4: [9.75, 0.125, 7], 5: [9.5, 0.25, 7],
      6: [7, 0.5, 7],
    ]
    #expect(found == expected)
  }

  @Test func `environments do not mix`() {
    let endings: [[Ending]] = [[.none, .none], [.none, .terminated], [.none, .none]]
    let found = samples(buffer(capacity: 7, environmentCount: 2, endings: endings), steps: 2)
    let expected: [Float: [Float]] = [
      0: [2, 0.25, 2], 1: [3.5, 0.25, 3], 2: [3, 0.5, 3],
      1000: [2, 0, 1001.5], 1001: [2, 0, 1001.5], 1002: [3, 0.5, 1003],
    ]
    #expect(found == expected)
  }

  @Test func `a saved buffer goes on as it was`() throws {
    let original = buffer(capacity: 4, endings: Array(repeating: [.none], count: 7))
    var checkpoint = Checkpoint()
    original.save(into: &checkpoint)
    let copy = ReplayBuffer(capacity: 4, environmentCount: 1, observationWidth: 1, actionWidth: 1)
    try copy.load(from: checkpoint)
    #expect(samples(copy, steps: 3) == samples(original, steps: 3))
    let small = ReplayBuffer(capacity: 2, environmentCount: 1, observationWidth: 1, actionWidth: 1)
    #expect(throws: CheckpointError.self) { try small.load(from: checkpoint) }
  }

  @Test func `samples are drawn evenly from the latest transitions`() {
    // The ring has come round once and a half.
    let buffer = buffer(capacity: 50, endings: Array(repeating: [.none], count: 75))
    var generator = CounterGenerator(SeedSequence(2))
    let sample = ReplaySample(rows: 50_000, features: 1, actionWidth: 1)
    buffer.sample(rows: 50_000, gamma: 1, encoding: encoding, using: &generator, into: sample)
    var counts = Array(repeating: 0.0, count: 75)
    for row in 0..<50_000 { counts[Int(sample.observations.base[row])] += 1 }
    #expect(counts[..<25].allSatisfy { $0 == 0 })
    // χ² with 49 degrees of freedom, beyond 100 one time in fifty thousand.
    var statistic = 0.0
    for count in counts[25...] { statistic += (count - 1000) * (count - 1000) / 1000 }
    #expect(statistic < 100)
  }

  @Test func `discrete observations become one-hot`() {
    let encoding = ObservationEncoding(.multiDiscrete([2, 3]))
    var features: [Float] = Array(repeating: -1, count: 10)
    encoding.encode([1, 2, 0, 0], rows: 2, into: &features)
    #expect(features == [0, 1, 0, 0, 1, 1, 0, 1, 0, 0])
    var shifted: [Float] = [0, 0, 0]
    ObservationEncoding(.discrete(count: 3, start: 5)).encode([6], rows: 1, into: &shifted)
    #expect(shifted == [0, 1, 0])
    let mixed = Space.tuple([.discrete(count: 2), .box(low: [-9, -9], high: [9, 9]), .dict(["bit": .multiBinary(1)])])
    var parts: [Float] = Array(repeating: -1, count: 10)
    ObservationEncoding(mixed).encode([1, 7, -8, 1, 0, 5, 6, 0], rows: 2, into: &parts)
    #expect(parts == [0, 1, 7, -8, 1, 1, 0, 5, 6, 0])
  }
}
