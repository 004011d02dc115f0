import BLASBridge
import RLCore
import Telemetry
import TestSupport
import Testing

@testable import RLCore
@testable import Settings

/// What a collector does with a vector in two parts.
@Suite struct AsyncCollectionTests {
  /// Two vectors as the halves of one, which keeps what it was asked.
  private final class Halves: AsyncVector {
    let specification: EnvironmentSpecification
    let count = 5
    let parts = [0..<2, 2..<5]
    private let halves: [EnvironmentVector<IdentityWorld>]
    private var sent: [[Float]?] = [nil, nil]
    private(set) var calls: [String] = []

    init(_ world: IdentityWorld) {
      specification = world.specification
      halves = [EnvironmentVector(world, count: 2), EnvironmentVector(world, count: 3)]
    }

    private func copy(_ half: borrowing StepBatch, _ part: Int, into batch: inout StepBatch) {
      batch.copyRows(0..<half.count, of: half, to: parts[part].lowerBound)
    }

    func reset(seed: UInt64, into batch: inout StepBatch) {
      for part in parts.indices {
        var half = halves[part].makeBatch()
        halves[part].reset(seed: seed + UInt64(parts[part].lowerBound), into: &half)
        copy(half, part, into: &batch)
      }
    }

    func step(_ actions: Span<Float>, into batch: inout StepBatch) { fatalError("it is stepped in parts") }

    func send(_ actions: Span<Float>, to part: Int) {
      calls.append("send \(part)")
      precondition(sent[part] == nil)
      let width = specification.actionSpace.width
      sent[part] = (parts[part].lowerBound * width..<parts[part].upperBound * width).map { actions[$0] }
    }

    func receive(from part: Int, into batch: inout StepBatch) {
      calls.append("receive \(part)")
      var half = halves[part].makeBatch()
      let own = sent[part].take()!
      halves[part].step(own.span, into: &half)
      copy(half, part, into: &batch)
    }

    func snapshot() throws -> [UInt8] { [] }
    func restore(_ snapshot: [UInt8]) throws {}
  }

  private static let spaces: [Space] = [.discrete(count: 3, start: 2), .box(low: [-2, 0], high: [2, 1])]

  private func agent(_ world: IdentityWorld) throws -> PPO {
    BLAS.threads = 1
    var configuration = PPO.Configuration()
    (configuration.segmentLength, configuration.minibatchSize, configuration.gamma) = (64, 80, 0.5)
    configuration.learningRate = .linear(2e-3)
    configuration.normalizes = true
    return try PPO(configuration, for: world.specification, environmentCount: 5, seed: 1)
  }

  @Test func `the policy acts for one part while the other is stepped, and nothing is underway at the end`() throws {
    let world = IdentityWorld(Self.spaces[0])
    let (vector, agent) = (Halves(world), try agent(world))
    agent.begin(in: vector, seed: 1)
    _ = try agent.iterate(in: vector, progress: TrainingProgress(steps: 0, budget: 1_000), reporting: MemorySink())
    let between = (0..<63).flatMap { _ in ["receive 0", "send 0", "receive 1", "send 1"] }
    #expect(vector.calls == ["send 0", "send 1"] + between + ["receive 0", "receive 1"])
  }

  @Test(arguments: spaces.indices, [UInt64(1), 2])
  func `a part's experience is its own`(index: Int, seed: UInt64) throws {
    // One that mixed rows or steps up would learn nothing: rewards are for actions on just these observations.
    let world = IdentityWorld(Self.spaces[index])
    let vector = Halves(world)
    let agent = try agent(world)
    let sink = MemorySink()
    agent.begin(in: vector, seed: seed)
    var steps = 0
    while steps < 20_000 {
      steps += try agent.iterate(
        in: vector, progress: TrainingProgress(steps: steps, budget: 20_000), reporting: sink)
    }
    // Episodes of ten steps: nobody reaches this without looking at the observation.
    #expect(try #require(sink.last("rollout/ep_rew_mean")) > [8.5, -2][index])
    #expect(sink.episodes.count == 5 * (steps / 5 / 10))
  }
}
