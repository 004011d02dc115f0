import CAllocations
import RLCore
import Randomness
import TestSupport
import Testing

@testable import Environments

/// Rewards are the number of heap allocations that the thread which steps it has made so far.
private struct AllocationMeter: Environment {
  struct State: Sendable, Codable {
    var steps = 0
  }

  let specification = EnvironmentSpecification(
    id: "AllocationMeter", observationSpace: .discrete(count: 8), actionSpace: .discrete(count: 2), timeLimit: 7)
  func reset(using generator: inout PCG64) -> State { State() }
  func step(_ state: inout State, action: Span<Float>, using generator: inout PCG64) -> Outcome {
    state.steps += 1
    return Outcome(reward: Double(rl_allocations()), ending: .none)
  }
  func observe(_ state: State, into observation: inout MutableSpan<Float>) { observation[0] = Float(state.steps) }
}

@Suite struct ThreadTests {
  @Test(arguments: ["CartPole-v1", "Taxi-v4:fickle_passenger=true", "Bandit-v0", "Blackjack-v1"])
  func resultsDoNotDependOnThreads(_ id: String) throws {
    for mode in [AutoReset.sameStep, .nextStep] {
      let alone = try EnvironmentCatalogue.make(id, count: 11, autoReset: mode)
      let actions = alone.randomActions(steps: 150, seed: 2)
      let reference = alone.record(seed: 4, actions: actions)
      let snapshot = try alone.snapshot()
      for threads in [2, 3, 16] {
        let vector = try EnvironmentCatalogue.make(id, count: 11, autoReset: mode, threads: threads)
        #expect(vector.record(seed: 4, actions: actions).difference(from: reference) == nil, "\(threads) threads")
        #expect(try vector.snapshot() == snapshot)
      }
    }
  }

  /// Each of three threads has made as many allocations at the end as after the first steps.
  @Test func stepsOnThreadsAllocateNothing() {
    guard rl_counts_allocations() else { return }
    let vector = EnvironmentVector(AllocationMeter(), count: 6, threads: 3)
    var batch = vector.makeBatch()
    vector.reset(seed: 0, into: &batch)
    let row: [Float] = Array(repeating: 1, count: 6)
    // Made here: making it would count.
    var early = batch.rewards.map { _ in 0.0 }
    for _ in 0..<20 { vector.step(row.span, into: &batch) }
    for copy in early.indices { early[copy] = batch.rewards[copy] }
    let own = allocations { for _ in 0..<500 { vector.step(row.span, into: &batch) } }
    #expect(batch.rewards == early)
    #expect(own == 0)
  }

  /// The threads of a vector end with it, whether it has worked or not.
  @Test func vectorsComeAndGo() throws {
    for round in 0..<50 {
      let vector = try EnvironmentCatalogue.make("CartPole-v1", count: 4, threads: 4)
      var batch = vector.makeBatch()
      vector.reset(seed: UInt64(round), into: &batch)
      let row: [Float] = [0, 1, 0, 1]
      for _ in 0..<round % 3 { vector.step(row.span, into: &batch) }
      #expect(batch.observations.allSatisfy { $0.isFinite })
    }
  }
}
