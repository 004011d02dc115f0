import Foundation
import Learning
import RLCore
import Telemetry
import Testing
import Tracker

@testable import Runs
@testable import Training

@Suite struct TrainingRunTests {
  private func train(
    _ configuration: TrainingConfiguration, seed: UInt64 = 1, in store: Store
  ) throws -> RunRecord {
    let run = try TrainingRun.start(configuration, seed: seed, experiment: "e", in: store)
    try run.train()
    return try store.load(run.id)
  }

  @Test func `a run is listed before its first step`() throws {
    let temporary = try TemporaryStore()
    let run = try TrainingRun.start(smallConfiguration(), seed: 1, experiment: "e", in: temporary.store)
    let listed = try temporary.store.runs()
    #expect(listed.map(\.id) == [run.id])
    #expect(listed[0].status == .running)
    #expect(listed[0].series.isEmpty)
  }

  @Test func `a finished run holds what was promised`() throws {
    let temporary = try TemporaryStore()
    let record = try train(smallConfiguration(), in: temporary.store)
    #expect(record.status == .finished)
    // 2,000 steps round up to 8 iterations of 256.
    #expect(record.lastStep == 2_048)
    #expect(record.series("train/loss")?.steps == (1...8).map { $0 * 256 })
    #expect(record.series("eval/mean_reward")?.steps == [1_024, 2_048])
    #expect(record.episodes.filter { $0.episode.phase == .final }.count == 10)
    let finals = record.episodes.filter { $0.episode.phase == .final }.map(\.episode.reward)
    #expect(record.last("final/mean_reward") == finals.reduce(0, +) / 10)
    #expect(record.lastCheckpoint?.step == 2_048)
    #expect(try temporary.store.verify(record.id).isSound)
  }

  @Test func `the same seed gives the same run, another seed another`() throws {
    let temporary = try TemporaryStore()
    let first = try train(smallConfiguration(), in: temporary.store)
    let second = try train(smallConfiguration(), in: temporary.store)
    #expect(firstDifference(second.content, first.content) == nil)
    let other = try train(smallConfiguration(), seed: 2, in: temporary.store)
    #expect(firstDifference(other.content, first.content) != nil)
  }

  @Test func `results depend neither on the number of jobs nor on the order of finishing`() throws {
    let configuration = try smallConfiguration()
    func contents(jobs: Int, seeds: [UInt64]) throws -> [UInt64: [String]] {
      let temporary = try TemporaryStore()
      let store = temporary.store
      let results = ThreadLauncher<String>().run(seeds, atOnce: jobs) { seed in
        let run = try TrainingRun.start(configuration, seed: seed, experiment: "e", in: store)
        try run.train()
        return run.id
      }
      var contents: [UInt64: [String]] = [:]
      for (seed, result) in zip(seeds, results) { contents[seed] = try store.load(result.get()).content }
      return contents
    }
    let alone = try contents(jobs: 1, seeds: [1, 2, 3])
    let together = try contents(jobs: 2, seeds: [1, 2, 3])
    let reversed = try contents(jobs: 3, seeds: [3, 2, 1])
    for (seed, content) in alone {
      #expect(firstDifference(content, try #require(together[seed])) == nil)
      #expect(firstDifference(content, try #require(reversed[seed])) == nil)
    }
    #expect(Set(alone.values).count == 3)
  }

  @Test(arguments: [1, 2, 5])
  func `a run interrupted and resumed records what an uninterrupted one does`(iterations: Int) throws {
    let temporary = try TemporaryStore()
    let whole = try train(smallConfiguration(), in: temporary.store)
    let run = try TrainingRun.start(smallConfiguration(), seed: 1, experiment: "e", in: temporary.store)
    var done = 0
    let outcome = try run.train(shouldStop: { done >= iterations }, onProgress: { _ in done += 1 })
    #expect(outcome == .interrupted)
    #expect(try temporary.store.load(run.id).status == .interrupted)
    let resumed = try #require(try TrainingRun.resume(run.id, in: temporary.store))
    try resumed.train()
    let record = try temporary.store.load(run.id)
    #expect(record.status == .finished)
    #expect(firstDifference(record.content, whole.content) == nil)
  }

  @Test func `a finished run is extended by asking for more`() throws {
    let temporary = try TemporaryStore()
    let record = try train(smallConfiguration(), in: temporary.store)
    #expect(try TrainingRun.resume(record.id, in: temporary.store) == nil)
    let longer = try #require(try TrainingRun.resume(record.id, budget: 3_000, in: temporary.store))
    try longer.train()
    let extended = try temporary.store.load(record.id)
    #expect(extended.lastStep == 3_072)
    #expect(extended.budget == 3_000)
    // The first final evaluation is superseded by the one of the longer training.
    #expect(extended.series("final/mean_reward")?.steps == [3_072])
    #expect(try TrainingRun.reproduce(record.id, in: temporary.store)?.first == nil)
  }

  @Test func `a run being written is not resumed`() throws {
    let temporary = try TemporaryStore()
    let run = try TrainingRun.start(smallConfiguration(), seed: 1, experiment: "e", in: temporary.store)
    #expect(throws: StoreError.live(run.id)) { try TrainingRun.resume(run.id, in: temporary.store) }
    #expect(run.seed == 1)
  }

  @Test func `a run whose checkpoint cannot be loaded is left as it is`() throws {
    let temporary = try TemporaryStore()
    let writer = try temporary.store.start(
      smallConfiguration().description(seed: 1, experiment: "e", name: "", tags: [:], surroundings: .current()))
    try writer.saveCheckpoint(Checkpoint().safetensors(), step: 64, best: false)
    try writer.finish(status: .interrupted)
    #expect(throws: CheckpointError.self) { try TrainingRun.resume(writer.id, in: temporary.store) }
    let record = try temporary.store.load(writer.id)
    #expect(record.status == .interrupted && record.resumes.isEmpty)
  }

  @Test func `a time limit ends a run as finished`() throws {
    let temporary = try TemporaryStore()
    var configuration = try smallConfiguration(steps: 1_000_000)
    configuration.plan.maximumSeconds = 1e-9
    let record = try train(configuration, in: temporary.store)
    #expect(record.status == .finished)
    #expect(record.message == "stopped by its time limit")
    #expect(record.lastStep == 256)
    #expect(try TrainingRun.reproduce(record.id, in: temporary.store)?.first == nil)
  }

  @Test func `a rerun is identical, and a change of one ulp is found at its first step`() throws {
    let temporary = try TemporaryStore()
    let record = try train(smallConfiguration(), in: temporary.store)
    let same = try #require(try TrainingRun.reproduce(record.id, in: temporary.store))
    #expect(same.first == nil)
    #expect(same.pointsCompared > 80 && same.episodesCompared > 30 && same.comparedCheckpoint)
    let rate = 0.001.nextUp
    let changed = try #require(
      try TrainingRun.reproduce(record.id, changes: ["learning_rate": .text("lin_\(rate)")], in: temporary.store))
    let recorded = try #require(record.series("train/learning_rate")?.values.first)
    let expected = "train/learning_rate at step 256: \(recorded), in the rerun \(rate * (1 - 256.0 / 2000))"
    #expect(changed.first == expected)
  }

  @Test func `a training starts from another run's policy`() throws {
    let temporary = try TemporaryStore()
    let source = try train(smallConfiguration(), in: temporary.store)
    var configuration = try smallConfiguration()
    configuration.source = CheckpointReference(run: source.id, choice: .last)
    let record = try train(configuration, seed: 9, in: temporary.store)
    #expect(record.description.protocolSettings["from"] == .text("\(source.id):last"))
    #expect(record.description.configurationHash != source.description.configurationHash)
    let fresh = try train(smallConfiguration(), seed: 9, in: temporary.store)
    #expect(firstDifference(fresh.content, record.content) != nil)
    #expect(try TrainingRun.reproduce(record.id, in: temporary.store)?.first == nil)
  }

  @Test func `evaluating the last checkpoint gives the run's own final evaluation`() throws {
    let temporary = try TemporaryStore()
    let record = try train(smallConfiguration(), in: temporary.store)
    let reference = CheckpointReference(run: record.id, choice: .last)
    let result = try RunEvaluation.evaluate(
      reference, episodes: 10, deterministic: true, seed: nil, in: temporary.store)
    #expect(result.meanReward == record.last("final/mean_reward"))
    let sampled = try RunEvaluation.evaluate(
      reference, episodes: 10, deterministic: false, seed: 4, in: temporary.store)
    #expect(sampled.episodes.count == 10)
    #expect(sampled.episodes != result.episodes)
  }

  @Test func `a trained policy loads and acts`() throws {
    let temporary = try TemporaryStore()
    let record = try train(smallConfiguration(), in: temporary.store)
    let policy = try TrainedPolicy(of: record.id, in: temporary.store)
    let action = policy.action(for: [0, 0, 0.1, 0.5])
    #expect(action == [0] || action == [1])
    #expect(policy.specification.id == "CartPole-v1")
  }
}
