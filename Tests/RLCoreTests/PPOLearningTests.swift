import BLASBridge
import Environments
import Learning
import Randomness
import Telemetry
import TestSupport
import Testing

@testable import RLCore

@Suite struct PPOLearningTests {
  private func train(
    _ id: String, steps: Int, seed: UInt64 = 1, _ change: (inout PPO.Configuration) -> Void = { _ in }
  ) throws -> (agent: PPO, sink: MemorySink) {
    BLAS.threads = 1
    var configuration = PPO.Configuration()
    configuration.segmentLength = 32
    configuration.minibatchSize = 256
    configuration.learningRate = .constant(3e-3)
    change(&configuration)
    let world = try EnvironmentCatalogue.make(id, count: 8)
    let agent = try PPO(configuration, for: world.specification, environmentCount: 8, seed: seed)
    var plan = TrainingPlan(budget: steps)
    plan.evaluationFrequency = 0
    plan.finalEpisodes = 20
    let trainer = AgentTraining(
      agent, in: world, evaluatingIn: try EnvironmentCatalogue.make(id, count: Evaluator.environmentCount), seed: seed,
      plan: plan)
    let sink = MemorySink()
    try trainer.train(into: sink)
    return (agent, sink)
  }

  private func value(_ agent: PPO, of observation: Float) -> Float {
    var value: Float = 0
    agent.network.values([observation], rows: 1, into: &value)
    return value
  }

  @Test func `the value of a constant reward is found`() throws {
    let (agent, _) = try train("Probe-ConstantReward-v0", steps: 10_000)
    #expect(abs(value(agent, of: 0) - 1) < 0.05)
  }

  @Test func `the value depends on the observation`() throws {
    let (agent, _) = try train("Probe-ObservedReward-v0", steps: 10_000)
    #expect(abs(value(agent, of: 1) - 1) < 0.1)
    #expect(abs(value(agent, of: -1) + 1) < 0.1)
  }

  @Test func `a later reward is discounted`() throws {
    let (agent, _) = try train("Probe-DelayedReward-v0", steps: 20_000) { $0.gamma = 0.5 }
    #expect(abs(value(agent, of: 1) - 1) < 0.1)
    #expect(abs(value(agent, of: 0) - 0.5) < 0.1)
  }

  @Test func `the rewarded action is chosen`() throws {
    #expect(try train("Probe-ChosenReward-v0", steps: 10_000).sink.last("final/mean_reward") == 1)
  }

  @Test(arguments: [false, true])
  func `the action follows the observation`(sharesTrunk: Bool) throws {
    let (_, sink) = try train("Probe-MatchedReward-v0", steps: 15_000) { $0.sharesTrunk = sharesTrunk }
    #expect(sink.last("final/mean_reward") == 1)
  }

  /// 38 of 40 seeds end above 230, the worst at 131; a random policy gets 22. Which seeds fail differs between processors.
  @Test func `CartPole is learned from most seeds`() throws {
    let rewards = try [1, 2, 3].map { (seed: UInt64) in
      let (_, sink) = try train("CartPole-v1", steps: 40_000, seed: seed) {
        $0.learningRate = .linear(1e-3)
        $0.gamma = 0.98
        $0.lambda = 0.8
        $0.epochs = 20
        $0.clipRange = .linear(0.2)
      }
      return try #require(sink.last("final/mean_reward"))
    }
    #expect(rewards.sorted()[1] > 195)
  }

  @Test func `a KL limit stops an update early`() throws {
    let free = try train("CartPole-v1", steps: 256) { $0.learningRate = .constant(0.05) }.sink
    let limited = try train("CartPole-v1", steps: 256) {
      $0.learningRate = .constant(0.05)
      $0.targetKL = 0.01
    }.sink
    #expect(free.points["train/n_updates"]?.last?.value == 10)
    #expect(try #require(limited.points["train/n_updates"]?.last?.value) < 10)
  }

  @Test func `the first minibatch of an update has ratio one`() throws {
    let sink = try train("CartPole-v1", steps: 256) {
      $0.epochs = 1
    }.sink
    #expect(abs(try #require(sink.points["train/approx_kl"]?.first?.value)) < 1e-6)
    #expect(sink.points["train/clip_fraction"]?.first?.value == 0)
  }

  @Test func `minibatches of one and a rest are taken`() throws {
    let sink = try train("CartPole-v1", steps: 256) {
      $0.minibatchSize = 100
      $0.epochs = 2
    }.sink
    // 256 rows are minibatches of 100, 100 and 56, twice.
    #expect(sink.last("train/n_updates") == 6)
    let single = try train("Probe-ChosenReward-v0", steps: 256) {
      $0.minibatchSize = 1
      $0.epochs = 1
    }.sink
    #expect(single.points["train/loss"]?.allSatisfy { $0.value.isFinite } == true)
  }
}
