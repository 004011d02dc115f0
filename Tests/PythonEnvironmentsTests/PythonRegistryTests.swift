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

/// What there is in Python, and whether it is what a run was recorded with.
@Suite(.needsPython) struct PythonRegistryTests {
  @Test func `all that Gymnasium knows is listed, and what a module registers alone`() throws {
    let all = try PythonRegistry(in: Python.settings).entries
    let lake = try #require(all.first { $0.id == "FrozenLake-v1" })
    #expect(lake.limit == 100 && lake.threshold == 0.7)
    #expect(lake.maker == "gymnasium.envs.toy_text.frozen_lake:FrozenLakeEnv")
    #expect(!all.contains { $0.id == "Faulty-v0" })
    let own = try PythonRegistry(of: "faulty", in: Python.settings).entries
    #expect(own.map(\.id) == ["Faulty-v0"] && own[0].limit == 50 && own[0].maker == "faulty:Faulty")
    let toys = try PythonRegistry(of: "gymnasium.envs.toy_text", in: Python.settings).entries
    #expect(toys.contains { $0.id == "Taxi-v3" || $0.id == "Taxi-v4" } && !toys.contains { $0.id == "CartPole-v1" })
  }

  @Test(arguments: [
    ("nosuch", "no Python module 'nosuch'"), ("json", "registers no environment"), ("a b", "not the name"),
  ])
  func `a module that lists nothing is named`(module: String, words: String) throws {
    let error = #expect(throws: PythonError.self) { try PythonRegistry(of: module, in: Python.settings) }
    #expect(error?.sentence.contains(words) == true && error?.status == .badUsage)
  }

  @Test func `ids of modules are told from those of environments`() {
    #expect(EnvironmentCatalogue.pythonModule("py:") == "")
    #expect(EnvironmentCatalogue.pythonModule("py:package.module") == "package.module")
    for id in ["py:CartPole-v1", "py:module:Id-v0", "py:module.make()", "CartPole-v1"] {
      #expect(EnvironmentCatalogue.pythonModule(id) == nil)
    }
  }

  @Test func `keyword arguments are described with their defaults`() throws {
    let lake = try #require(
      try EnvironmentCatalogue.pythonDescription(of: "py:FrozenLake-v1", in: Python.settings)?.arguments)
    let slippery = try #require(lake.first { $0.name == "is_slippery" })
    #expect(slippery.default == "True" && slippery.kind == "bool")
    let faulty = try #require(
      try EnvironmentCatalogue.pythonDescription(of: "py:faulty:Faulty-v0", in: Python.settings)?.arguments)
    #expect(faulty.map(\.name) == ["fault", "at", "flag"])
    let echo = try #require(
      try EnvironmentCatalogue.pythonDescription(of: "py:worlds.echo()", in: Python.settings)?.arguments)
    #expect(echo.map(\.name) == ["kind"] && echo[0].default == "'box'" && echo[0].kind == "str")
  }

  @Test func `versions that differ from a run's are named`() throws {
    let folder = TemporaryFolder()
    let store = try Store(path: folder.path, create: true)
    let configuration = try TrainingConfiguration(
      environment: "py:worlds.masked()", agent: "ppo",
      values: ["n_timesteps": .integer(64), "n_steps": .integer(64), "batch_size": .integer(64)],
      python: Python.settings)
    let run = try TrainingRun.start(configuration, seed: 1, experiment: "e", in: store)
    try run.train()
    var record = try store.load(run.id)
    #expect(try PythonDifference.all(of: record).isEmpty)
    let packages = try #require(try RecordedSettings(record.description.protocolSettings).text("python-packages"))
    let numpy = try #require(packages.split(separator: ", ").first { $0.hasPrefix("numpy ") })
    record.description.protocolSettings["python-packages"] = .text(
      packages.replacing(numpy, with: "numpy 1.0, odd 3"))
    record.description.protocolSettings["python-module-sha256"] = .text("other")
    #expect(
      try PythonDifference.all(of: record) == [
        "numpy 1.0, here \(numpy.dropFirst(6))", "odd 3, here none", "the file of the module worlds has changed",
      ])
    record.description.target = "CartPole-v1"
    #expect(try PythonDifference.all(of: record).isEmpty)
  }
}
