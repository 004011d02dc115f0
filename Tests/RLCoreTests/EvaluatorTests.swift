import Environments
import Randomness
import Telemetry
import Testing

@testable import RLCore

/// Pushes the cart to where the pole leans.
private struct LeaningPolicy: Policy {
  func act(
    on observations: Span<Float>, masks: Span<Bool>, count: Int, deterministic: Bool, state: inout Void,
    using generator: inout CounterGenerator, into actions: inout MutableSpan<Float>
  ) {
    for row in 0..<count { actions[row] = observations[4 * row + 2] + 0.5 * observations[4 * row + 3] > 0 ? 1 : 0 }
  }
}

@Suite struct EvaluatorTests {
  @Test func `episodes are spread over the environments and none is favoured`() throws {
    let evaluator = Evaluator(in: try EnvironmentCatalogue.make("CartPole-v1", count: 8), seed: 5)
    let result = try evaluator.evaluate(LeaningPolicy(), episodes: 20, phase: .evaluation)
    #expect(result.episodes.count == 20)

    // The same by hand: copy i plays its first (20 + i) / 8 episodes alone.
    var expected: [Double] = []
    for copy in 0..<8 {
      let alone = Evaluator(in: try EnvironmentCatalogue.make("CartPole-v1", count: 1), seed: 5 + UInt64(copy))
      let episodes = (20 + copy) / 8
      expected += try alone.evaluate(LeaningPolicy(), episodes: episodes, phase: .evaluation).episodes.map(\.reward)
    }
    #expect(result.episodes.map(\.reward).sorted() == expected.sorted())
  }

  @Test func `every evaluation plays the same episodes`() throws {
    let evaluator = Evaluator(in: try EnvironmentCatalogue.make("CartPole-v1", count: 8), seed: 5)
    let first = try evaluator.evaluate(LeaningPolicy(), episodes: 10, phase: .final)
    #expect(try evaluator.evaluate(LeaningPolicy(), episodes: 10, phase: .final) == first)
  }

  @Test func `mean and deviation are over the episodes`() throws {
    let result = EvaluationResult(
      episodes: [1, 2, 3, 6].map { Episode(phase: .final, reward: $0, length: Int($0), truncated: false) })
    #expect(result.meanReward == 3)
    #expect(result.meanLength == 3)
    #expect(abs(result.rewardDeviation - 3.5.squareRoot()) < 1e-12)
  }
}
