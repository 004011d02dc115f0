import Datasets
import Environments
import Foundation
import Learning
import Models
import RLCore
import Randomness
import Telemetry
import Testing
import Tracker

@testable import Debugger
@testable import Fitting
@testable import Runs
@testable import Settings
@testable import Training

/// What a run was started with is what it is resumed and run again with, whatever the values.
@Suite struct RecordedSettingsTests {
  /// Of every form that a hyperparameter takes; some whole numbers, which a log does not tell from integers.
  private static let pool: [HyperparameterValue] =
    [.flag(true), .flag(false), .none, .integers([]), .integers([3]), .integers([16, 8])]
    + [1, 2, 3, 8, 50, 400, 1_000].map { .integer($0) }
    + [0, 0.1, 0.25, 1, 0.5.nextUp, 2, 3e-7, 400, 1e3, -0.0, -200, 123_456.789].map { .number($0) }
    + [
      "lin_0.001", "lin_1", "cos_0.5", "warmup_0.1_cos_0.001", "steps_0:0.1,0.5:0.01", "auto", "auto_0.1", "tanh",
      "relu", "step", "episode", "normal", "zeros",
    ].map { .text($0) }

  private struct Dice {
    var generator: PCG64
    mutating func one<Value>(of values: [Value]) -> Value { values[Int(generator.next() % UInt64(values.count))] }
    mutating func maybe<Value>(_ values: [Value]) -> Value? { generator.next() % 3 == 0 ? nil : one(of: values) }
  }

  /// A hyperparameter's values of the pool, and those its range names.
  private func values(
    _ documentation: HyperparameterDocumentation, accepted: (HyperparameterValue) -> Bool
  ) -> [HyperparameterValue] {
    let named = documentation.range.split(separator: ",").map {
      HyperparameterValue.text($0.trimmingCharacters(in: .whitespaces))
    }
    return (Self.pool + named).filter(accepted)
  }

  private func readBack(_ description: RunDescription, in store: Store) throws -> RunDescription {
    let writer = try store.start(description)
    return try store.load(writer.id).description
  }

  private static let worlds = ["CartPole-v1", "Pendulum-v1", "FrozenLake-v1:is_slippery=false", "Blackjack-v1"]

  @Test(arguments: Agents.builtIn.map { $0.name })
  func `every setting of a training survives the log`(agent: String) throws {
    let type = try #require(Agents.named(agent))
    let environment = try #require(
      Self.worlds.first { (try? TrainingConfiguration(environment: $0, agent: agent)) != nil })
    func resolved(_ values: [String: HyperparameterValue]) -> TrainingConfiguration? {
      try? TrainingConfiguration(environment: environment, agent: agent, values: values)
    }
    let choices = Agents.documentation(of: type).map { one in
      (one.name, values(one) { resolved([one.name: $0]) != nil })
    }
    for (name, values) in choices { #expect(!values.isEmpty, "\(name) takes none of the pool") }
    var dice = Dice(generator: PCG64(SeedSequence(11)))
    let temporary = try TemporaryStore()
    for round in 0..<20 {
      var values: [String: HyperparameterValue] = ["n_envs": .integer(dice.one(of: [1, 2, 5]))]
      values["n_timesteps"] = .integer(dice.one(of: [1, 1_000, 1 << 40]))
      for (name, choices) in choices {
        guard let value = dice.maybe(choices) else { continue }
        // Some exclude each other.
        if resolved(values.merging([name: value]) { $1 }) != nil { values[name] = value }
      }
      var configuration = try #require(resolved(values))
      configuration.plan.evaluationFrequency = dice.one(of: [0, 1, 10_000])
      configuration.evaluationEpisodes = dice.one(of: [1, 7])
      configuration.finalEpisodes = dice.one(of: [0, 100])
      configuration.plan.saveFrequency = dice.maybe([0, 1, 500])
      configuration.plan.maximumSeconds = dice.maybe([1, 0.5, 600, 1e9])
      configuration.plan.stopScore = dice.maybe([400, -200, 0, 0.1, -1e300, 475.25])
      configuration.plan.patience = dice.maybe([1, 20])
      configuration.watchInterval = dice.maybe([0, 64])
      configuration.watched = dice.maybe([["weights/*"], ["a", "*b"]])?.map { NamePattern($0) } ?? []
      configuration.source = dice.maybe([CheckpointReference(run: "0m3k9x2a", choice: .best)])
      configuration.debugger = try dice.one(of: [
        DebuggerSettings(), DebuggerSettings(selection: "none"),
        DebuggerSettings(
          parameters: ["StalledTraining.seconds": .integer(900), "DeadRelu.patience": .number(4)],
          conditions: ["train/loss > 1", "time/fps < 0.5 for 3 points"]),
      ])
      configuration.actions = try dice.one(of: [
        FindingActions(),
        FindingActions(["any=rewind:seed", "error=stop", "NotLearning=run:cat, \"it\"", "failed=run:mail 'me'"]),
      ])
      if !configuration.actions.entries.isEmpty {
        configuration.actions.maximumRewinds = dice.one(of: [0, 3, 9])
        configuration.actions.commandTimeout = dice.one(of: [30, 0.25, 600])
      }
      let description = configuration.description(
        seed: UInt64.max - UInt64(round), experiment: "e", name: "n", tags: [:], surroundings: .current())
      let back = try readBack(description, in: temporary.store)
      #expect(try TrainingConfiguration(of: back) == configuration)
      #expect(try TrainingConfiguration(of: back).hash == configuration.hash)
      #expect(back.seed == description.seed && back.configurationHash == description.configurationHash)
    }
  }

  @Test(arguments: ModelCatalogue.builtIn.map { $0.name })
  func `every setting of a fit survives the log`(model: String) throws {
    let place = try FitPlace()
    let header = "1,NaN,true,Infinity,a b"
    let rows = (0..<30).map { "\($0),\($0 % 3),\(["x", "y"][$0 % 2]),\($0 * $0),\($0 % 2)" }
    let text = ([header] + rows).joined(separator: "\n") + "\n"
    let path = try place.file("NaN.csv", text)
    let file = try DataFile(path)
    let type = try ModelCatalogue.named(model)
    let choices = type.documentation.map { one in
      (one.name, values(one) { (try? ModelCatalogue.make(type, [one.name: $0])) != nil })
    }
    for (name, values) in choices { #expect(!values.isEmpty, "\(name) takes none of the pool") }
    var dice = Dice(generator: PCG64(SeedSequence(12)))
    for _ in 0..<20 {
      var values: [String: HyperparameterValue] = [:]
      for (name, choices) in choices {
        guard let value = dice.maybe(choices) else { continue }
        if (try? ModelCatalogue.make(type, values.merging([name: value]) { $1 })) != nil { values[name] = value }
      }
      let targets = type.tasks.contains { $0 != .classification } ? ["NaN", "Infinity", "1"] : ["NaN", "true", "a b"]
      let target = type.hasTarget ? dice.one(of: targets) : nil
      let hasFile = dice.one(of: [true, false])
      var configuration = try FitConfiguration(
        data: file, target: target, model: model, validation: hasFile ? nil : dice.maybe([0, 0.5, 0.1]),
        validationData: hasFile ? file : nil, dropping: dice.one(of: [[], ["a b"]]).filter { $0 != target },
        unseenCategories: dice.one(of: UnseenCategories.allCases), values: values)
      configuration.watchInterval = dice.maybe([0, 5])
      configuration.watched = dice.maybe([["weights/*"]])?.map { NamePattern($0) } ?? []
      configuration.plan.saveFrequency = dice.maybe([0, 1, 50])
      configuration.plan.maximumSeconds = dice.maybe([1, 0.5, 1e9])
      configuration.stopLoss = dice.maybe([0.1, 0, 1e-300])
      configuration.debugger = try dice.one(of: [
        DebuggerSettings(), DebuggerSettings(parameters: ["Overtraining.patience": .number(7)]),
      ])
      configuration.actions = try dice.one(of: [FindingActions(), FindingActions(["any=stop", "finished=run:cat"])])
      if !configuration.actions.entries.isEmpty { configuration.actions.commandTimeout = dice.one(of: [30, 0.25]) }
      let back = try FitConfiguration(
        of: readBack(
          configuration.description(
            seed: 1, experiment: "e", name: "n", tags: [:], surroundings: .current()), in: place.store))
      #expect(back.target == configuration.target && back.task == configuration.task)
      #expect(back.model == model && back.hyperparameters == configuration.hyperparameters)
      #expect(back.validation == configuration.validation)
      #expect(back.data.path == path && back.validationData?.path == configuration.validationData?.path)
      #expect(back.dropped == configuration.dropped && back.unseenCategories == configuration.unseenCategories)
      #expect(back.watched == configuration.watched && back.watchInterval == configuration.watchInterval)
      #expect(back.debugger == configuration.debugger && back.actions == configuration.actions)
      #expect(back.plan == configuration.plan)
      #expect(back.hash == configuration.hash)
    }
  }

  @Test func `a setting of another kind is one sentence`() throws {
    let settings = RecordedSettings(["stop-reward": .text("high"), "patience": .number(1.5), "header": .integer(1)])
    #expect(throws: ConfigurationError("the run's record has 'high' for the setting 'stop-reward', which is no number"))
    {
      try settings.number("stop-reward")
    }
    #expect(throws: ConfigurationError.self) { try settings.integer("patience") }
    #expect(throws: ConfigurationError.self) { try settings.flag("header") }
    #expect(try settings.integer("watch-every") == nil)
  }
}
