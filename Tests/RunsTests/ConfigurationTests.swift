import Environments
import Foundation
import RLCore
import Telemetry
import Testing

@testable import Runs
@testable import Settings
@testable import Training

@Suite struct ConfigurationTests {
  @Test func `the zoo's values override the defaults, and the user's override both`() throws {
    let configuration = try TrainingConfiguration(
      environment: "CartPole-v1", preset: .zoo, values: ["gamma": .number(0.9), "n_envs": .integer(4)])
    #expect(configuration.hyperparameters["gamma"] == .number(0.9))
    #expect(configuration.hyperparameters["gae_lambda"] == .number(0.8))
    #expect(configuration.hyperparameters["learning_rate"] == .text("lin_0.001"))
    #expect(configuration.hyperparameters["vf_coef"] == .number(0.5))
    #expect(configuration.environmentCount == 4)
    #expect(configuration.plan.budget == 100_000)
  }

  @Test func `the default preset is Stable-Baselines3's`() throws {
    let configuration = try TrainingConfiguration(environment: "CartPole-v1")
    let expected: [String: HyperparameterValue] = [
      "learning_rate": .number(3e-4), "n_steps": .integer(2048), "batch_size": .integer(64), "n_epochs": .integer(10),
      "gamma": .number(0.99), "gae_lambda": .number(0.95), "clip_range": .number(0.2), "clip_range_vf": .none,
      "normalize_advantage": .flag(true), "ent_coef": .number(0), "vf_coef": .number(0.5),
      "max_grad_norm": .number(0.5), "target_kl": .none, "net_arch": .integers([64, 64]),
      "activation_fn": .text("tanh"), "share_trunk": .flag(false), "ortho_init": .flag(true),
      "log_std_init": .number(0),
      "normalize": .flag(false), "mask_actions": .flag(false),
    ]
    #expect(configuration.hyperparameters == expected)
    #expect(configuration.environmentCount == 1)
  }

  @Test(arguments: [
    (
      "learning_rat", HyperparameterValue.number(1),
      "there is no hyperparameter 'learning_rat'; did you mean 'learning_rate'?"
    ),
    ("gamma", .number(1.5), "'gamma' takes a number 0 to 1, not 1.5"),
    ("gamma", .text("high"), "'gamma' takes a number (0 to 1), not high"),
    ("n_steps", .number(1.5), "'n_steps' takes a whole number, not 1.5"),
    ("n_steps", .integer(0), "'n_steps' takes a number ≥ 1, not 0"),
    ("n_envs", .integer(0), "'n_envs' takes a number ≥ 1, not 0"),
    ("learning_rate", .text("lin_x"), "'learning_rate' takes a number ≥ 0 after lin_, as lin_0.001, not lin_x"),
    ("normalize_advantage", .integer(1), "'normalize_advantage' takes true or false, not 1"),
    ("activation_fn", .text("tan"), "'activation_fn' takes one of identity, tanh, relu, sigmoid, gelu, silu, not tan"),
    ("net_arch", .integers([64, 0]), "'net_arch' takes a list of whole numbers ≥ 1, as [64, 64], not [64, 0]"),
  ])
  func `a wrong value is one sentence`(name: String, value: HyperparameterValue, sentence: String) {
    #expect(throws: HyperparameterError(sentence)) {
      try TrainingConfiguration(environment: "CartPole-v1", values: [name: value])
    }
  }

  /// Stable-Baselines3 2.9's defaults, by name.
  @Test(arguments: [
    ("a2c", "CartPole-v1", ["learning_rate": 7e-4, "n_steps": 5, "gamma": 0.99, "gae_lambda": 1, "vf_coef": 0.5]),
    (
      "dqn", "CartPole-v1",
      [
        "learning_rate": 1e-4, "buffer_size": 1e6, "learning_starts": 100, "batch_size": 32, "train_freq": 4,
        "gradient_steps": 1, "target_update_interval": 10_000, "exploration_fraction": 0.1,
        "exploration_initial_eps": 1, "exploration_final_eps": 0.05, "max_grad_norm": 10, "tau": 1, "gamma": 0.99,
      ]
    ),
    (
      "sac", "Pendulum-v1",
      [
        "learning_rate": 3e-4, "buffer_size": 1e6, "learning_starts": 100, "batch_size": 256, "tau": 0.005,
        "train_freq": 1, "gradient_steps": 1, "gamma": 0.99, "target_update_interval": 1,
      ]
    ),
    (
      "td3", "Pendulum-v1",
      [
        "learning_rate": 1e-3, "buffer_size": 1e6, "learning_starts": 100, "batch_size": 256, "tau": 0.005,
        "policy_delay": 2, "target_policy_noise": 0.2, "target_noise_clip": 0.5,
      ]
    ),
    ("ddpg", "Pendulum-v1", ["learning_rate": 1e-3, "learning_starts": 100, "batch_size": 256, "tau": 0.005]),
  ])
  func `other agents' defaults are Stable-Baselines3's too`(
    agent: String, environment: String, expected: [String: Double]
  ) throws {
    let configuration = try TrainingConfiguration(environment: environment, agent: agent)
    for (name, value) in expected {
      #expect(try configuration.hyperparameters[name]?.number(for: name, in: .finite) == value, "\(name)")
    }
  }

  @Test func `every preset of every agent can be trained with`() throws {
    for type in Agents.builtIn {
      let worlds = ["CartPole-v1", "Pendulum-v1", "FrozenLake-v1"]
      #expect(worlds.contains { (try? TrainingConfiguration(environment: $0, agent: type.name)) != nil })
      for preset in [Preset.zoo, .best] {
        for environment in try preset.environments(agent: type.name)
        where EnvironmentCatalogue.builtIn.contains(where: { $0.id == environment }) {
          let configuration = try TrainingConfiguration(environment: environment, agent: type.name, preset: preset)
          let world = try EnvironmentCatalogue.specification(environment)
          #expect(throws: Never.self) {
            try Agents.make(
              type, hyperparameters: configuration.hyperparameters, for: world,
              environmentCount: configuration.environmentCount, seed: 0)
          }
        }
      }
    }
  }

  @Test func `the best presets are of environments that there are, and differ from the zoo's`() throws {
    var count = 0
    for type in Agents.builtIn {
      for environment in try Preset.best.environments(agent: type.name) {
        #expect(EnvironmentCatalogue.builtIn.contains { $0.id == environment }, "\(environment)")
        let best = try TrainingConfiguration(environment: environment, agent: type.name, preset: .best)
        let zoo = try TrainingConfiguration(environment: environment, agent: type.name, preset: .zoo)
        #expect(best.hash != zoo.hash)
        count += 1
      }
    }
    #expect(count > 0)
    let agentWithout = #expect(throws: ConfigurationError.self) {
      try TrainingConfiguration(environment: "CartPole-v1", agent: "reinforce", preset: .best)
    }
    #expect(agentWithout?.description == "the agent 'reinforce' has no preset 'best'")
  }

  /// A section under a name that no agent has would never be read.
  @Test func `presets are found by the agents' names`() throws {
    let text = String(decoding: PackageResources.zoo_yaml, as: UTF8.self)
    let root = try #require(try YAMLValues.compose(text, source: "zoo.yaml"))
    #expect(try YAMLValues.pairs(root, source: "zoo.yaml").map(\.name) == Agents.builtIn.map { $0.name })
  }

  @Test func `an environment without zoo values is named`() {
    #expect(
      throws: ConfigurationError(
        "the preset 'zoo' of 'ppo' has no entry for CartPole-v0; it has CartPole-v1, "
          + "MountainCar-v0, Acrobot-v1, Pendulum-v1, MountainCarContinuous-v0, LunarLander-v3, "
          + "LunarLanderContinuous-v3, BipedalWalker-v3, Ant-v5, HalfCheetah-v5, Hopper-v5, Walker2d-v5")
    ) {
      try TrainingConfiguration(environment: "CartPole-v0", preset: .zoo)
    }
  }

  @Test func `YAML scalars and lists become values`() throws {
    let text = "a: 1\nb: 1e-3\nc: lin_0.5\nd: true\ne: null\nf: [64, 32]\ng: '1'\n# comment\n"
    let values = try YAMLValues.mapping(text, source: "file")
    #expect(
      values == [
        "a": .integer(1), "b": .number(0.001), "c": .text("lin_0.5"), "d": .flag(true), "e": .none,
        "f": .integers([64, 32]), "g": .text("1"),
      ])
  }

  @Test(arguments: [
    ("a: 1\nb: [1\n", "x.yaml, line 3"), ("a: 1\na: 2\n", "x.yaml, line 2: 'a' is given twice"),
    ("- 1\n", "x.yaml, line 1: expected lines of 'name: value'"),
    ("a:\n  b:\n    c: 1\n", "x.yaml, line 2: expected a number"),
    ("a: [1, x]\n", "x.yaml, line 1: a list holds whole numbers only"), ("a: \"b\nc: 1", "x.yaml, line"),
  ])
  func `malformed YAML names file and line`(text: String, start: String) {
    #expect {
      try YAMLValues.mapping(text, source: "x.yaml")
    } throws: { error in
      "\(error)".hasPrefix(start)
    }
  }

  @Test func `the hash covers what decides the result, and nothing else`() throws {
    let base = try smallConfiguration()
    func changed(_ change: (inout TrainingConfiguration) -> Void) -> String {
      var copy = base
      change(&copy)
      return copy.hash
    }
    #expect(changed { _ in } == base.hash)
    #expect(changed { $0.plan.saveFrequency = 7 } == base.hash)
    #expect(changed { $0.hyperparameters["gamma"] = .number(0.98.nextUp) } != base.hash)
    #expect(changed { $0.plan.budget += 1 } != base.hash)
    #expect(changed { $0.environmentCount += 1 } != base.hash)
    #expect(changed { $0.evaluationEpisodes += 1 } != base.hash)
    #expect(changed { $0.environment = "CartPole-v0" } != base.hash)
  }

  @Test func `a configuration survives its record`() throws {
    let configuration = try smallConfiguration()
    let temporary = try TemporaryStore()
    let run = try TrainingRun.start(configuration, seed: 3, experiment: "e", in: temporary.store)
    let read = try TrainingConfiguration(of: temporary.store.load(run.id).description)
    #expect(read == configuration)
    #expect(read.hash == configuration.hash)
  }
}
