import Environments
import Foundation
import RLCore
import Settings
import TestSupport
import Testing

@testable import PythonEnvironments
@testable import Runs
@testable import Tracker
@testable import Training

/// Half of the environments are stepped while the policy acts for the others.
@Suite(.needsPython) struct AsyncVectorTests {
  private func settings(workers: Int = 2) -> PythonSettings {
    var settings = Python.settings(workers: workers)
    settings.isAsync = true
    return settings
  }

  private func configuration(
    _ environment: String, agent: String = "ppo", workers: Int = 2, _ values: [String: HyperparameterValue] = [:]
  ) throws -> TrainingConfiguration {
    var all: [String: HyperparameterValue] = [
      "n_envs": .integer(5), "n_timesteps": .integer(640), "net_arch": .integers([16]), "n_steps": .integer(16),
    ]
    if agent == "ppo" { all.merge(["batch_size": .integer(40), "n_epochs": .integer(2)]) { $1 } }
    var configuration = try TrainingConfiguration(
      environment: environment, agent: agent, values: all.merging(values) { $1 }, python: settings(workers: workers))
    configuration.plan.evaluationFrequency = 160
    configuration.evaluationEpisodes = 2
    configuration.finalEpisodes = 4
    configuration.plan.saveFrequency = 80
    return configuration
  }

  @Test(arguments: [2, 3, 5])
  func `parts stepped one after the other give what all together do`(workers: Int) throws {
    let whole = try EnvironmentCatalogue.make("py:CartPole-v1", count: 5, python: Python.settings)
    let parted = try #require(
      try EnvironmentCatalogue.make("py:CartPole-v1", count: 5, python: settings(workers: workers))
        as? any AsyncVector)
    #expect(parted.parts == [0..<2, 2..<5])
    var (expected, batch) = (whole.makeBatch(), parted.makeBatch())
    whole.reset(seed: 3, into: &expected)
    parted.reset(seed: 3, into: &batch)
    for step in 0..<200 {
      let actions = (0..<5).map { Float((step / 4 + $0) % 2) }
      whole.step(actions, into: &expected)
      if step % 3 == 0 {
        parted.step(actions, into: &batch)
      } else {
        for part in parted.parts.indices { parted.send(actions.span, to: part) }
        for part in parted.parts.indices.reversed() { parted.receive(from: part, into: &batch) }
      }
      #expect(batch.observations == expected.observations && batch.endings == expected.endings)
    }
    try parted.checkFailure()
  }

  @Test func `a step that nobody received is over before the next request`() throws {
    let vector = try PythonVector(PythonReference("CartPole-v1", arguments: []), count: 4, settings: settings())
    var batch = vector.makeBatch()
    vector.reset(seed: 3, into: &batch)
    let first = batch.observations
    vector.send([0, 1, 0, 1].span, to: 0)
    vector.reset(seed: 3, into: &batch)
    #expect(vector.failure == nil && batch.observations == first)
    vector.step([0, 1, 0, 1], into: &batch)
    #expect(vector.failure == nil && batch.observations != first)
  }

  @Test(arguments: ["ppo", "a2c"])
  func `how long steps take changes no bit, and a resumed run equals an uninterrupted one`(agent: String) throws {
    let folder = TemporaryFolder()
    let store = try Store(path: folder.path, create: true)
    // A2C learns for longer before it looks up.
    let (budget, iterations) = agent == "a2c" ? (2_400, 1) : (640, 3)
    let configuration = try configuration(
      "py:worlds.unsteady()", agent: agent, ["normalize": .flag(true), "n_timesteps": .integer(budget)])
    let whole = try TrainingRun.start(configuration, seed: 5, experiment: "e", in: store)
    try whole.train()
    let expected = pointsAndEpisodes(try store.load(whole.id))
    #expect(expected.count > 50)
    let run = try TrainingRun.start(configuration, seed: 5, experiment: "e", in: store)
    var count = 0
    let outcome = try run.train(shouldStop: {
      count += 1
      return count > iterations
    })
    #expect(outcome == .interrupted)
    try #require(try TrainingRun.resume(run.id, in: store)).train()
    #expect(pointsAndEpisodes(try store.load(run.id)) == expected)
    #expect(try TrainingRun.reproduce(whole.id, in: store)?.first == nil)
  }

  @Test func `episodes that begin anew do so in both halves`() throws {
    let folder = TemporaryFolder()
    let store = try Store(path: folder.path, create: true)
    let configuration = try configuration("py:worlds.unpicklable():time_limit=20")
    var contents: [[String]] = []
    for _ in 0..<2 {
      let run = try TrainingRun.start(configuration, seed: 5, experiment: "e", in: store)
      var count = 0
      try run.train(shouldStop: {
        count += 1
        return count > 3
      })
      try #require(try TrainingRun.resume(run.id, in: store)).train()
      let record = try store.load(run.id)
      #expect(record.status == .finished)
      // The five that were left at step 320, after 64 steps of each, of which three episodes had 60.
      #expect(record.episodes.count { $0.episode.length == 5 && $0.episode.truncated } == 5)
      contents.append(pointsAndEpisodes(record))
    }
    #expect(contents[0] == contents[1])
  }

  @Test func `each half has its own masks`() throws {
    let folder = TemporaryFolder()
    let store = try Store(path: folder.path, create: true)
    let run = try TrainingRun.start(
      try configuration("py:worlds.masked()", ["mask_actions": .flag(true)]), seed: 5, experiment: "e", in: store)
    try run.train()
    let record = try store.load(run.id)
    #expect(record.episodes.count > 20)
    #expect(record.episodes.allSatisfy { $0.episode.length == 12 && $0.episode.reward == 12 })
  }

  @Test func `it is recorded, and makes another configuration`() throws {
    let configuration = try configuration("py:CartPole-v1")
    #expect(configuration.recordedSettings["env-async"] == .flag(true))
    var other = configuration
    other.python.isAsync = false
    #expect(other.recordedSettings["env-async"] == nil && other.hash != configuration.hash)
    let read = try PythonSettings(RecordedSettings(configuration.recordedSettings))
    #expect(read == configuration.python)
  }

  @Test func `an environment that fails in one half ends the run with a sentence`() throws {
    let folder = TemporaryFolder()
    let store = try Store(path: folder.path, create: true)
    let configuration = try configuration("py:faulty.make_env():fault=exception,at=30")
    let run = try TrainingRun.start(configuration, seed: 5, experiment: "e", in: store)
    #expect(throws: PythonError.self) { try run.train() }
    #expect(try store.load(run.id).message?.contains("raised ValueError in step: the wheel is off") == true)
  }

  @Test(arguments: [
    ("dqn", "py:CartPole-v1", 2, 4, "which dqn cannot: use ppo or a2c"),
    ("ppo", "CartPole-v1", 2, 4, "CartPole-v1 is stepped here"),
    ("ppo", "py:CartPole-v1:frame_stack=2", 2, 4, "wrap it in Python"),
    ("ppo", "py:CartPole-v1:time_limit=9,normalize_reward=true", 2, 4, "wrap it in Python"),
    ("ppo", "py:CartPole-v1", 1, 4, "--env-workers 2"),
    ("ppo", "py:CartPole-v1", 2, 1, "--envs 2"),
  ])
  func `what cannot be halved is refused`(
    agent: String, environment: String, workers: Int, count: Int, words: String
  ) throws {
    let error = #expect(throws: ConfigurationError.self) {
      try TrainingConfiguration(
        environment: environment, agent: agent, values: ["n_envs": .integer(count)],
        python: settings(workers: workers))
    }
    #expect(error?.sentence.contains(words) == true)
  }
}
