import Foundation
import RLCore
import Settings
import TestSupport
import Testing

@testable import PythonEnvironments
@testable import Runs
@testable import Tracker
@testable import Training

/// Trainings in Python's environments are like all others: the same bits, resumed and reproduced.
@Suite(.needsPython) struct PythonTrainingTests {
  private func configuration(_ environment: String, agent: String = "ppo", workers: Int = 1) throws
    -> TrainingConfiguration
  {
    var values: [String: HyperparameterValue] = [
      "n_envs": .integer(4), "n_timesteps": .integer(1_024), "net_arch": .integers([16]),
    ]
    if agent == "ppo" {
      values.merge(["n_steps": .integer(32), "batch_size": .integer(64), "n_epochs": .integer(2)]) { $1 }
    } else {
      values.merge(["learning_starts": .integer(100), "buffer_size": .integer(500)]) { $1 }
    }
    var configuration = try TrainingConfiguration(
      environment: environment, agent: agent, values: values, python: Python.settings(workers: workers))
    configuration.plan.evaluationFrequency = 256
    configuration.evaluationEpisodes = 3
    configuration.finalEpisodes = 10
    configuration.plan.saveFrequency = 128
    return configuration
  }

  @Test(arguments: ["ppo", "dqn"])
  func `CartPole through Python trains to the bits of the one in Swift`(agent: String) throws {
    let folder = TemporaryFolder()
    let store = try Store(path: folder.path, create: true)
    var contents: [[String]] = []
    for (environment, workers) in [("CartPole-v1", 1), ("py:CartPole-v1", 1), ("py:CartPole-v1", 3)] {
      let run = try TrainingRun.start(
        try configuration(environment, agent: agent, workers: workers), seed: 3, experiment: "e", in: store)
      try run.train()
      contents.append(pointsAndEpisodes(try store.load(run.id)))
    }
    #expect(contents[0].count > 100)
    #expect(contents[0] == contents[1] && contents[0] == contents[2])
  }

  @Test func `interrupted anywhere and resumed it records what an uninterrupted run does`() throws {
    let folder = TemporaryFolder()
    let store = try Store(path: folder.path, create: true)
    let configuration = try configuration("py:CartPole-v1", workers: 2)
    let whole = try TrainingRun.start(configuration, seed: 5, experiment: "whole", in: store)
    try whole.train()
    let expected = pointsAndEpisodes(try store.load(whole.id))
    let checkpoint = try store.load(whole.id).lastCheckpoint?.sha256
    for iterations in [1, 3, 6] {
      let run = try TrainingRun.start(configuration, seed: 5, experiment: "cut", in: store)
      var count = 0
      let outcome = try run.train(shouldStop: {
        count += 1
        return count > iterations
      })
      #expect(outcome == .interrupted)
      try #require(try TrainingRun.resume(run.id, in: store)).train()
      #expect(pointsAndEpisodes(try store.load(run.id)) == expected)
      #expect(try store.load(run.id).lastCheckpoint?.sha256 == checkpoint)
    }
    #expect(try TrainingRun.reproduce(whole.id, in: store)?.first == nil)
  }

  @Test func `a run records what stepped its environments`() throws {
    let folder = TemporaryFolder()
    let store = try Store(path: folder.path, create: true)
    let configuration = try configuration("py:worlds.unpicklable():time_limit=20", workers: 2)
    let run = try TrainingRun.start(configuration, seed: 5, experiment: "e", in: store)
    try run.train()
    let settings = RecordedSettings(try store.load(run.id).description.protocolSettings)
    #expect(try settings.text("python") == Python.launcher)
    #expect(try settings.integer("env-workers") == 2)
    #expect(try settings.text("python-packages")?.contains("gymnasium ") == true)
    #expect(try settings.text("python-module") == "worlds")
    #expect(try settings.text("python-module-sha256")?.count == 64)
    #expect(try settings.text("python-resume")?.hasPrefix("episodes begin anew: TypeError") == true)
    // None of it makes it another configuration.
    var other = configuration
    other.python.workers = 1
    #expect(other.settingsOfIdentity == configuration.settingsOfIdentity)
    let read = try TrainingConfiguration(of: try store.load(run.id).description)
    #expect(read.python == configuration.python)
  }

  @Test func `wrappers of an environment in Python are options of its id`() throws {
    let folder = TemporaryFolder()
    let store = try Store(path: folder.path, create: true)
    for (given, id) in [
      ("py:CartPole-v1:frame_stack=2", "py:CartPole-v1:frame_stack=2"),
      (
        "py:worlds.masked():count=5,frame_stack=2,time_limit=9",
        "py:worlds.masked():count=5,time_limit=9,frame_stack=2"
      ),
    ] {
      let run = try TrainingRun.start(try configuration(given), seed: 5, experiment: "e", in: store)
      try run.train()
      #expect(try store.load(run.id).description.target == id)
    }
  }

  @Test func `environments in Swift record nothing of Python`() throws {
    let recorded = try TrainingConfiguration(environment: "CartPole-v1").recordedSettings
    #expect(recorded.keys.allSatisfy { !$0.hasPrefix("python") && !$0.hasPrefix("env-") })
  }

  @Test func `an agent that needs masks has them`() throws {
    let folder = TemporaryFolder()
    let store = try Store(path: folder.path, create: true)
    var configuration = try configuration("py:worlds.masked()")
    configuration.hyperparameters["mask_actions"] = .flag(true)
    let run = try TrainingRun.start(configuration, seed: 5, experiment: "e", in: store)
    try run.train()
    // Only the one action that makes sense is taken, so every episode has its whole length.
    #expect(try store.load(run.id).episodes.allSatisfy { $0.episode.length == 12 && $0.episode.reward == 12 })
  }
}
