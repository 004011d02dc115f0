import Foundation
import RLCore
import Testing

@testable import Environments

/// What `Tests/Goldens/gymnasium_autoreset.py` recorded.
private struct RecordedVectors: Decodable {
  struct Step: Decodable {
    var actions: [Float]
    var observations: String
    var rewards: [Double]
    var endings: String
    var finals: [String]?
    var after: String?
  }

  struct Run: Decodable, Sendable, CustomTestStringConvertible {
    var world, mode, first: String
    var steps: [Step]
    var testDescription: String { "\(world), \(mode)" }
  }

  var copies: Int
  var seed: UInt64
  var runs: [Run]

  static let all: RecordedVectors = {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Goldens/recorded/gymnasium_autoreset.json")
    return try! JSONDecoder().decode(RecordedVectors.self, from: Data(contentsOf: file))
  }()
}

@Suite struct AutoResetTests {
  @Test(arguments: RecordedVectors.all.runs.indices) func modesAreGymnasiums(_ index: Int) throws {
    let (recorded, environmentCount) = (RecordedVectors.all.runs[index], RecordedVectors.all.copies)
    let mode: AutoReset =
      switch recorded.mode {
      case "NextStep": .nextStep
      case "SameStep": .sameStep
      default: .disabled
      }
    let vector = try EnvironmentCatalogue.make(recorded.world, count: environmentCount, autoReset: mode)
    let width = vector.specification.observationSpace.width
    var batch = vector.makeBatch()
    vector.reset(seed: RecordedVectors.all.seed, into: &batch)
    #expect(batch.observations == floats(recorded.first))
    var (ended, differing) = (0, 0)
    for (number, step) in recorded.steps.enumerated() {
      vector.step(step.actions.span, into: &batch)
      let endings = batch.endings.map { $0 == .terminated ? "t" : $0 == .truncated ? "l" : "-" }.joined()
      try #require(endings == step.endings, "\(recorded.testDescription), step \(number)")
      #expect(zip(batch.rewards, step.rewards).allSatisfy { abs($0 - $1) <= abs($1) * 4e-16 })
      differing += batch.observations == floats(step.observations) ? 0 : 1
      #expect(zip(batch.observations, floats(step.observations)).allSatisfy { abs($0 - $1) <= 1e-6 })
      for copy in 0..<environmentCount where batch.endings[copy] != .none {
        ended += 1
        let final = Array(batch.finalObservations[copy * width..<(copy + 1) * width])
        // Only in the mode same-step is the last observation not among the observations.
        let expected =
          step.finals.map { floats($0[copy]) } ?? Array(floats(step.observations)[copy * width..<(copy + 1) * width])
        #expect(zip(final, expected).allSatisfy { abs($0 - $1) <= 1e-6 })
      }
      if let after = step.after {
        let chosen = batch.endings.map { $0 != .none }
        vector.reset(where: chosen.span, into: &batch)
        #expect(zip(batch.observations, floats(after)).allSatisfy { abs($0 - $1) <= 1e-6 })
        #expect(batch.endings.allSatisfy { $0 == .none })
        #expect(zip(batch.rewards, chosen).allSatisfy { !$1 || $0 == 0 })
      }
    }
    #expect(ended >= 3)
    #expect(differing * 1000 <= recorded.steps.count)
  }

  @Test func anEndedCopyMustBeResetWhereNobodyElseDoes() async throws {
    let result = try #require(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        let vector = try EnvironmentCatalogue.make("Probe-ConstantReward-v0", count: 2, autoReset: .disabled)
        var batch = vector.makeBatch()
        vector.reset(seed: 1, into: &batch)
        let row: [Float] = [0, 0]
        vector.step(row.span, into: &batch)
        let second = [false, true]
        vector.reset(where: second.span, into: &batch)
        vector.step(row.span, into: &batch)
      })
    let text = String(decoding: result.standardErrorContent, as: UTF8.self)
    #expect(
      text.contains(
        "Probe-ConstantReward-v0: the episode of environment 0 has ended; reset it before the next step"))
  }

  @Test func aWrongNumberOfFlagsTraps() async {
    await #expect(processExitsWith: .failure) {
      let vector = try EnvironmentCatalogue.make("CartPole-v1", count: 2)
      var batch = vector.makeBatch()
      vector.reset(seed: 1, into: &batch)
      let flags = [true]
      vector.reset(where: flags.span, into: &batch)
    }
  }

  @Test func snapshotsKnowWhatWaits() throws {
    for mode in [AutoReset.nextStep, .disabled] {
      func vector(threads: Int) throws -> any VectorEnvironment {
        try EnvironmentCatalogue.make("FrozenLake-v1", count: 5, autoReset: mode, threads: threads)
      }
      let (original, restored) = (try vector(threads: 2), try vector(threads: 3))
      var (batch, other) = (original.makeBatch(), restored.makeBatch())
      original.reset(seed: 3, into: &batch)
      let row: [Float] = [2, 1, 2, 1, 2]
      while batch.endings.allSatisfy({ $0 == .none }) { original.step(row.span, into: &batch) }
      try restored.restore(original.snapshot())
      if mode == .disabled {
        let ended = batch.endings.map { $0 != .none }
        original.reset(where: ended.span, into: &batch)
        restored.reset(where: ended.span, into: &other)
      }
      for _ in 0..<20 where mode == .nextStep {
        original.step(row.span, into: &batch)
        restored.step(row.span, into: &other)
        #expect(batch.observations == other.observations && batch.endings == other.endings)
      }
      let (one, two) = (try original.snapshot(), try restored.snapshot())
      #expect(one == two)
      let plain = try EnvironmentCatalogue.make("FrozenLake-v1", count: 5)
      #expect(
        throws: SnapshotError(
          "a snapshot with \(mode.rawValue) auto-reset does not fit a vector of FrozenLake-v1 with same-step")
      ) { try plain.restore(original.snapshot()) }
    }
  }
}
