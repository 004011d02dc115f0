import Environments
import Learning
import Models
import RLCore
import Telemetry
import TestSupport
import Testing

@testable import Fitting
@testable import Runs
@testable import Settings
@testable import Training

/// Any values for the hyperparameters of every agent and model: a sentence, or something that can be made.
@Suite struct HyperparameterFuzzTests {
  /// Values of every kind, the ends of their ranges first of all.
  private static func value(_ fuzz: inout Fuzz, near defaultValue: HyperparameterValue) -> HyperparameterValue {
    switch fuzz.below(8) {
    case 0: return defaultValue
    case 1: return .integer(fuzz.one(of: [0, 1, -1, 2, 64, 65_536, 65_537, 1 << 31, 1 << 62, .max, .min]))
    case 2:
      return .number(
        fuzz.one(of: [0, -0.0, .leastNonzeroMagnitude, 0.5, 1, 1.5, 1e5, 1e18, 1e308, .infinity, -.infinity, .nan]))
    case 3: return .flag(fuzz.below(2) == 0)
    case 4: return .none
    case 5:
      return .integers((0..<fuzz.below(6)).map { _ in fuzz.one(of: [1, 16, 64, 65_536, 1_000_000_000, 0, -1, .max]) })
    case 6: return .text(fuzz.one(of: Fuzz.numbers))
    default:
      let texts = [
        "lin_0.001", "cos_1e-3", "warmup_0.1_cos_0.001", "steps_0:0.1,0.5:0.01", "tanh", "normal", "balanced",
      ]
      return .text(fuzz.changed(fuzz.one(of: texts), words: Fuzz.numbers))
    }
  }

  private static func values(
    _ fuzz: inout Fuzz, of documentation: [HyperparameterDocumentation]
  ) -> [String: HyperparameterValue] {
    var values: [String: HyperparameterValue] = [:]
    for _ in 0...fuzz.below(3) {
      let setting = fuzz.one(of: documentation)
      values[setting.name] = value(&fuzz, near: setting.defaultValue)
    }
    return values
  }

  private static func world(for type: any Agent.Type) throws -> EnvironmentSpecification {
    for id in ["CartPole-v1", "Pendulum-v1", "FrozenLake-v1"] {
      let world = try EnvironmentCatalogue.specification(id)
      if (try? Agents.resolve(type, [:], for: world)) != nil { return world }
    }
    throw ConfigurationError("\(type.name) has no environment here")
  }

  @Test(arguments: Agents.builtIn.map { $0.name })
  func `any hyperparameters of an agent are a sentence or an agent`(name: String) throws {
    let type = try #require(Agents.named(name))
    let (world, documentation) = (try Self.world(for: type), Agents.documentation(of: type))
    var fuzz = Fuzz(seed: 41)
    var (made, refused) = (0, 0)
    for _ in 0..<Fuzz.rounds {
      let values = Self.values(&fuzz, of: documentation)
      let environmentCount = fuzz.one(of: [1, 1, 8, 100_000, Bounds.mostEnvironments])
      let budget = fuzz.one(of: [1, 1_000, 100_000, Bounds.mostSteps])
      do throws(HyperparameterError) {
        let resolved = try Agents.resolve(type, values, for: world)
        try Agents.checkIteration(type, resolved, environmentCount: environmentCount, budget: budget)
        let memory = try Agents.memory(type, resolved, for: world, environmentCount: environmentCount, budget: budget)
        #expect(memory.bytes > 0 && memory.bytes.isFinite, "\(values)")
        try memory.require(name)
        // Few, as they really take what they say.
        guard memory.bytes < 100_000_000, made < 20 else { continue }
        made += 1
        var failure: (any Error)?
        do {
          _ = try Agents.make(type, hyperparameters: resolved, for: world, environmentCount: environmentCount, seed: 0)
        } catch {
          failure = error
        }
        if let failure { #expect(failure is HyperparameterError, "\(values): \(failure)") }
      } catch {
        refused += 1
        #expect(!error.description.isEmpty && error.description.count < 600, "\(values)")
      }
    }
    #expect(made > 0 && refused > 0)
  }

  @Test func `any settings of a training are a sentence or a configuration with a hash`() throws {
    var fuzz = Fuzz(seed: 42)
    let names = Agents.documentation(of: PPO.self)
    var resolved = 0
    for _ in 0..<Fuzz.rounds / 4 {
      var values = Self.values(&fuzz, of: names)
      values["n_envs"] = Self.value(&fuzz, near: .integer(1))
      values["n_timesteps"] = Self.value(&fuzz, near: .integer(1_000))
      do {
        let configuration = try TrainingConfiguration(environment: "CartPole-v1", values: values)
        resolved += 1
        #expect(configuration.hash.count == 16)
        try configuration.check(trainings: fuzz.one(of: [1, 2, 100_000]))
      } catch {
        #expect(error is HyperparameterError || error is ConfigurationError, "\(values): \(error)")
      }
    }
    #expect(resolved > 0)
  }

  @Test(arguments: ModelCatalogue.builtIn.map { $0.name })
  func `any hyperparameters of a model are a sentence or a fit`(name: String) throws {
    let type = try ModelCatalogue.named(name)
    var fuzz = Fuzz(seed: 43)
    for _ in 0..<Fuzz.rounds {
      let values = Self.values(&fuzz, of: type.documentation)
      let (rows, features) = (fuzz.one(of: [1, 100, 1 << 40]), fuzz.one(of: [1, 13, 1 << 30]))
      do {
        let model = try ModelCatalogue.make(type, values)
        #expect(model.budget >= 1)
        try model.check(rows: rows, features: features)
        let memory = model.memory(rows: rows, features: features, outputs: 3)
        #expect(memory.bytes > 0 && memory.bytes.isFinite, "\(values)")
        try memory.require(name)
      } catch {
        #expect(!error.description.isEmpty, "\(values)")
      }
    }
  }

  @Test func `any bytes as a configuration file are a sentence or settings`() throws {
    let examples = [
      "gamma: 0.9\nnet_arch: [64, 64]\nlearning_rate: lin_0.001\n",
      """
      CartPole-v1: &cart
        n_timesteps: !!float 1e5
        policy: 'MlpPolicy'
        normalize: "dict(norm_obs=True, norm_reward=False)"
        policy_kwargs: "dict(log_std_init=-2, net_arch=dict(pi=[64, 64], vf=[64, 64]), activation_fn=nn.ReLU)"
      Pendulum-v1:
        <<: *cart
        use_sde: True
      """,
    ]
    let words = ["<<: ", "*cart", "&a ", "!!float ", "dict(", "[[[[", "{", "\"", "\n  ", ": ", "- "] + Fuzz.numbers
    var fuzz = Fuzz(seed: 44)
    for round in 0..<Fuzz.rounds {
      let text = fuzz.changed(examples[round % 2], words: words)
      do throws(ConfigurationError) {
        _ = try ConfigurationFile.content(of: text, source: "x.yml", environment: "CartPole-v1", agent: "ppo")
      } catch {
        #expect(error.description.hasPrefix("x.yml") || error.description.hasPrefix("'x.yml'"), "\(error)")
      }
    }
  }
}
