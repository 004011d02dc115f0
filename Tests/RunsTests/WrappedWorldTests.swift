import Environments
import RLCore
import Telemetry
import Testing
import Tracker

@testable import Runs
@testable import Training

/// Trainings in worlds with wrappers: their statistics are part of the training.
@Suite struct WrappedWorldTests {
  private let temporary: TemporaryStore

  init() throws { temporary = try TemporaryStore() }

  private static let world =
    "Pendulum-v1:time_limit=50,rescale_action=true,normalize_observation=true,normalize_reward=true"

  private func configuration(_ world: String = Self.world) throws -> TrainingConfiguration {
    var configuration = try TrainingConfiguration(
      environment: world,
      values: ["n_timesteps": .integer(2_000), "n_envs": .integer(4), "n_steps": .integer(64), "n_epochs": .integer(2)])
    configuration.plan.evaluationFrequency = 1_000
    configuration.finalEpisodes = 10
    configuration.plan.saveFrequency = 500
    return configuration
  }

  private func train(_ world: String = Self.world, threads: Int = 1) throws -> RunRecord {
    let run = try TrainingRun.start(
      configuration(world), seed: 3, experiment: "e", threads: threads, in: temporary.store)
    try run.train()
    return try temporary.store.load(run.id)
  }

  @Test func `evaluations have the training's statistics and the world's own rewards`() throws {
    let record = try train()
    let reference = CheckpointReference(run: record.id, choice: .last)
    let result = try RunEvaluation.evaluate(
      reference, episodes: 10, deterministic: true, seed: nil, in: temporary.store)
    #expect(result.meanReward == record.last("final/mean_reward"))
    // An untrained pendulum's cost is some 5 a step; what is normalised is of order one.
    #expect(result.meanReward < -100)
    #expect(try #require(record.last("rollout/ep_rew_mean")) < -100)

    let policy = try TrainedPolicy(reference.load(from: temporary.store))
    let world = try policy.makeEnvironments(count: 2)
    #expect(world.statistics.keys.sorted() == ["observation", "reward"])
    // Eight iterations of 256 transitions, and four first observations.
    #expect(world.statistics["observation"]?.count == 4 + 2048 + 1e-4)
    #expect(world.statistics["reward"]?.count == 2048 + 1e-4)
  }

  @Test func `a run interrupted and resumed records what an uninterrupted one does`() throws {
    let whole = try train()
    let run = try TrainingRun.start(configuration(), seed: 3, experiment: "e", in: temporary.store)
    var done = 0
    try run.train(shouldStop: { done >= 3 }, onProgress: { _ in done += 1 })
    let resumed = try #require(try TrainingRun.resume(run.id, in: temporary.store))
    try resumed.train()
    #expect(firstDifference(try temporary.store.load(run.id).content, whole.content) == nil)
  }

  @Test func `a run does not depend on the number of threads`() throws {
    #expect(firstDifference(try train(threads: 3).content, try train().content) == nil)
  }

  @Test(arguments: ["FrozenLake-v1:time_aware=true,frame_stack=2", "CartPole-v1:frame_stack=3,clip_reward=0.5"])
  func `agents learn from stacks and from observations in parts`(world: String) throws {
    let record = try train(world)
    #expect(record.status == .finished)
    #expect(record.description.target == world)
  }
}
