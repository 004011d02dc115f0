import Analysis
import Debugger
import Settings
import Telemetry
import TestSupport
import Testing

@testable import Fitting
@testable import Runs
@testable import Tracker
@testable import Training

/// Which runs are seeds of one configuration.
@Suite struct ConfigurationIdentityTests {
  private func identity(
    _ kind: RunKind = "k", _ subject: String = "s", _ target: String = "t",
    _ settings: [String: HyperparameterValue] = ["a": .integer(1)]
  ) -> ConfigurationIdentity {
    ConfigurationIdentity(kind: kind, subject: subject, target: target, settings: settings)
  }

  @Test func `everything of an identity is in its hash, and what is none is not`() {
    let others = [
      identity("l"), identity("k", "r"), identity("k", "s", "u"), identity("k", "s", "t", ["a": .integer(2)]),
      identity("k", "s", "t", ["b": .integer(1)]), identity("k", "s", "t", ["a": .text("1")]),
      identity("k", "s", "t", ["a": .number(.nan)]), identity("k", "s", "t", [:]),
    ]
    #expect(Set((others + [identity()]).map(\.hash)).count == others.count + 1)
    #expect(identity().hash == identity("k", "s", "t", ["a": .integer(1), "new": .none]).hash)
    #expect(identity().hash.count == 16 && identity().hash.allSatisfy { $0.isHexDigit })
  }

  @Test func `a hyperparameter that was added later is no part of the identity at its default`() throws {
    var configuration = try TrainingConfiguration(
      environment: "MountainCarContinuous-v0", agent: "sac", preset: .zoo,
      values: ["noise_type": .text("none"), "n_timesteps": .integer(100)])
    configuration.plan.evaluationFrequency = 0
    // As the program of before it was there had it.
    #expect(configuration.hash == "881cd2435d0a56ef")
    #expect(configuration.recordedHyperparameters["noise_type"] == .text("none"))
    configuration = try TrainingConfiguration(
      environment: "MountainCarContinuous-v0", agent: "sac", preset: .zoo,
      values: ["noise_type": .text("normal"), "n_timesteps": .integer(100)])
    configuration.plan.evaluationFrequency = 0
    #expect(configuration.hash != "881cd2435d0a56ef")
  }

  @Test func `a model's hyperparameter that was added later is none either`() throws {
    let place = try FitPlace()
    let path = try place.file("d.csv", "x,y,z\n1,2,a\n2,3,b\n3,1,a\n4,5,b\n5,2,a\n6,9,b\n7,3,a\n8,1,b\n")
    func configuration(_ values: [String: HyperparameterValue]) throws -> FitConfiguration {
      try FitConfiguration(
        data: DataFile(path), target: "z", model: "random_forest",
        values: values.merging(["n_estimators": .integer(3)]) { $1 })
    }
    let before = try configuration([:])
    // As the program of before it was there had them.
    #expect(before.hash == "d6f1039200433366" && before.formerHash == "7be2633393874238")
    #expect(before.recordedHyperparameters["min_weight_fraction_leaf"] == .number(0))
    let other = try configuration(["min_weight_fraction_leaf": .number(0.1)])
    #expect(other.hash != before.hash && other.formerHash != before.formerHash)
  }

  /// Of programs from before there was one recipe, as they wrote them into their logs.
  @Test func `the hashes of earlier programs are known`() throws {
    func hash(_ configuration: TrainingConfiguration) -> String? {
      configuration.description(seed: 1, experiment: "e", name: "", tags: [:], surroundings: .current()).formerHash
    }
    let first = try TrainingConfiguration(
      environment: "CartPole-v1",
      values: [
        "n_timesteps": .integer(300), "n_steps": .integer(64), "batch_size": .integer(32), "n_envs": .integer(2),
      ])
    #expect(hash(first) == "79b2f7377273f152")
    var second = try TrainingConfiguration(
      environment: "CartPole-v1", values: ["n_timesteps": .integer(300), "n_steps": .integer(64)])
    second.plan.patience = 3
    second.actions = try FindingActions(["error=rewind", "finished=run:true"])
    second.debugger = try DebuggerSettings(selection: "ExplodingTensor")
    #expect(hash(second) == "71e8e71c2c7c912f")
    var third = try TrainingConfiguration(
      environment: "FrozenLake-v1", agent: "q_learning", values: ["n_timesteps": .integer(300)])
    third.actions = try FindingActions(["warning=stop"])
    #expect(hash(third) == "06c2eff7f12ba983")

    let place = try FitPlace()
    let path = try place.file("d.csv", "x,y,z\n1,2,a\n2,3,b\n3,1,a\n4,5,b\n5,2,a\n6,9,b\n7,3,a\n8,1,b\n")
    func hash(_ configuration: FitConfiguration) -> String? {
      configuration.description(seed: 1, experiment: "e", name: "", tags: [:], surroundings: .current()).formerHash
    }
    #expect(
      hash(try FitConfiguration(data: DataFile(path), target: "z", model: "logistic")) == "d74f0cd4e21e53b4")
    var acting = try FitConfiguration(
      data: DataFile(path), target: "z", model: "mlp", values: ["epochs": .integer(3)])
    acting.actions = try FindingActions(["error=stop"])
    #expect(hash(acting) == "fed7138a41d69298")
    #expect(
      FormerHash.ofProgram(
        agent: "program", environment: "", parameters: ["lr": .number(0.1), "n": .integer(3), "w": .text("abc")])
        == "db19dafffd8ba01b")
  }

  @Test func `runs of earlier programs are seeds of the configuration of today's`() throws {
    let place = try TemporaryStore()
    let configuration = try smallConfiguration()
    var records: [RunRecord] = []
    for seed in 1...3 as ClosedRange<UInt64> {
      let run = try TrainingRun.start(configuration, seed: seed, experiment: "e", in: place.store)
      try run.train()
      records.append(try place.store.load(run.id))
    }
    #expect(Set(records.map(\.description.configurationHash)).count == 1)
    // As an earlier program recorded them: its hash is all it knew.
    for index in 0..<2 {
      records[index].description.configurationHash = try #require(records[index].description.formerHash)
      records[index].description.formerHash = nil
    }
    let groups = Comparison(of: records, metric: "final/mean_reward", resamples: 10).groups
    #expect(groups.map(\.seeds) == [[1, 2, 3]])
    #expect(groups[0].configurationHash == configuration.hash)
    #expect(LearningCurve(of: records, metric: "rollout/ep_rew_mean").groups.map(\.runs.count) == [3])
    // Among themselves they are one group as they always were.
    #expect(Comparison(of: Array(records.prefix(2)), resamples: 10).groups.map(\.seeds) == [[1, 2]])
  }
}
