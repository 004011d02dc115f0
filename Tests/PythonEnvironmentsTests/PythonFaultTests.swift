import Environments
import Formats
import Foundation
import RLCore
import Settings
import TestSupport
import Testing

@testable import PythonEnvironments
@testable import Runs
@testable import Tracker
@testable import Training

/// Whatever an environment does, the run ends as failed with one sentence and Python's traceback, and goes on from its last
/// checkpoint once the fault is gone.
@Suite(.needsPython) struct PythonFaultTests {
  /// Five iterations of 16 steps; the fault comes in the second, after a checkpoint.
  private func configuration(_ id: String, timeout: Double = 60) throws -> TrainingConfiguration {
    var configuration = try TrainingConfiguration(
      environment: id, agent: "a2c",
      values: ["n_steps": .integer(8), "n_envs": .integer(2), "n_timesteps": .integer(80), "net_arch": .integers([8])],
      python: Python.settings(workers: 2, timeout: timeout))
    configuration.plan.evaluationFrequency = 0
    configuration.plan.saveFrequency = 16
    configuration.finalEpisodes = 2
    return configuration
  }

  @Test(arguments: [
    (
      "exception", "environment 0 raised ValueError in step: the wheel is off", "raise ValueError(\"the wheel is off\")"
    ),
    ("exit", "environment 0 called sys.exit(3) in step", "sys.exit(3)"),
    ("os_exit", "its Python process ended with status 5", nil),
    ("hang", "a step took more than 1 s (--env-timeout)", "faulty.py"),
    ("segfault", "its Python process was ended by signal 11 (Segmentation fault)", "faulty.py"),
    ("shape", "environment 0 gave an observation of shape (3,), not (2,)", nil),
    ("dtype", "environment 0 gave an observation of type <U1, not float32", nil),
    ("none_observation", "environment 0 gave an observation of shape (), not (2,)", nil),
    ("nan", "environment 0 gave an observation with NaN as component 1", nil),
    ("nan_reward", "environment 0 gave the reward NaN", nil),
    ("text_reward", "environment 0 gave the reward 'much', which is not a number", nil),
    ("four", "environment 0 did not return (observation, reward, terminated, truncated, info)", nil),
    ("reset", "environment 0 raised RuntimeError in reset: stuck", "raise RuntimeError(\"stuck\")"),
  ])
  func `a fault ends the run with a sentence, and the run is resumed`(
    fault: String, sentence: String, traceback: String?
  ) throws {
    let folder = TemporaryFolder()
    let store = try Store(path: folder.path, create: true)
    let flag = "\(folder.path)/flag"
    try writeBytes([], flag)
    let id = "py:faulty.make_env():at=12,fault=\(fault),flag=\(flag)"
    let configuration = try configuration(id, timeout: fault == "hang" ? 1 : 60)
    let run = try TrainingRun.start(configuration, seed: 1, experiment: "e", in: store)
    let error = try #require(throws: PythonError.self) { try run.train() }
    #expect(error.sentence == "\(id): \(sentence)" && error.status == .failedWork)
    if let traceback { #expect(error.traceback.contains(traceback), "\(error.traceback)") }
    #expect(!error.traceback.contains("<string>"))
    let failed = try store.load(run.id)
    #expect(failed.status == .failed && failed.lastStep == 16)
    #expect(failed.message == error.description)
    // Without the fault it goes on to the end.
    try FileManager.default.removeItem(atPath: flag)
    if fault == "reset" { return }
    try #require(try TrainingRun.resume(run.id, in: store)).train()
    #expect(try store.load(run.id).status == .finished)
    #expect(try store.load(run.id).lastStep == 80)
  }

  @Test func `what is printed disturbs nothing`() throws {
    let folder = TemporaryFolder()
    let store = try Store(path: folder.path, create: true)
    let run = try TrainingRun.start(
      try configuration("py:faulty.make_env():fault=print"), seed: 1, experiment: "e", in: store)
    #expect(try run.train() == .finished)
  }

  @Test(arguments: [
    (
      "py:no.such.module:A-v0", "there is no Python module 'no' in this folder or on PYTHONPATH", FailureStatus.badUsage
    ),
    ("py:no_such.make()", "there is no Python module 'no_such' in this folder or on PYTHONPATH", .badUsage),
    ("py:faulty.nothing()", "the module faulty has no function 'nothing'", .badUsage),
    ("py:faulty.make_nothing()", "faulty.make_nothing() returned int, which is not a gymnasium.Env", .badUsage),
    (
      "py:faulty.make_env():fault=constructor", "the environment raised RuntimeError in its constructor: no such robot",
      .failedWork
    ),
  ])
  func `what cannot be made is a sentence`(id: String, sentence: String, status: FailureStatus) throws {
    let error = try #require(throws: EnvironmentError.self) {
      try EnvironmentCatalogue.specification(id, python: Python.settings)
    }
    #expect(error.sentence == "\(id): \(sentence)" && error.status == status)
    if status == .failedWork { #expect(error.excerpt.last == "RuntimeError: no such robot") }
  }

  @Test func `an unknown id is Gymnasium's own sentence`() throws {
    let error = try #require(throws: EnvironmentError.self) {
      try EnvironmentCatalogue.specification("py:CartPoll-v1", python: Python.settings)
    }
    #expect(error.sentence.contains("CartPoll") && error.status == .badUsage)
  }
}
