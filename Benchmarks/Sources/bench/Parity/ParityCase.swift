import Settings
import Telemetry
import Training

/// A training whose updates are replayed in Stable-Baselines3: trained until `start`, replayed from there to `end`.
struct ParityCase {
  var agent: String
  var environment: String
  var preset = Preset.zoo
  /// What differs from the preset.
  var values: [String: HyperparameterValue] = [:]
  /// Transitions before the checkpoint that both sides go on from: enough to have learnt from.
  var start: Int
  /// Transitions that the replay takes at least.
  var length: Int

  /// The preset and what differs from it, as a user writes it.
  var options: String {
    ([preset.rawValue] + values.sorted { $0.key < $1.key }.map { "\($0.key)=\(text($0.value))" })
      .joined(separator: ", ")
  }

  private func text(_ value: HyperparameterValue) -> String {
    switch value {
    case .flag(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .number(let value): "\(value)"
    case .text(let value): value
    case .integers(let values): "[\(values.map(String.init).joined(separator: ","))]"
    case .none: "null"
    }
  }

  static let all = onPolicy + offPolicy

  private static let onPolicy = [
    ParityCase(agent: "ppo", environment: "CartPole-v1", start: 10_000, length: 512),
    ParityCase(agent: "ppo", environment: "MountainCar-v0", start: 20_000, length: 4_000),
    ParityCase(agent: "ppo", environment: "Acrobot-v1", start: 8_000, length: 4_096),
    ParityCase(agent: "ppo", environment: "Pendulum-v1", start: 8_000, length: 4_096),
    ParityCase(agent: "ppo", environment: "MountainCarContinuous-v0", start: 2_000, length: 200),
    ParityCase(agent: "ppo", environment: "LunarLander-v3", start: 16_000, length: 16_384),
    ParityCase(
      agent: "ppo", environment: "FrozenLake-v1", preset: .default,
      values: ["n_steps": .integer(256), "ent_coef": .number(0.01)], start: 2_000, length: 512),
    ParityCase(
      agent: "ppo", environment: "Pendulum-v1", preset: .default,
      values: [
        "n_envs": .integer(3), "n_steps": .integer(250), "batch_size": .integer(100), "normalize": .flag(true),
        "clip_range_vf": .text("lin_0.2"), "max_grad_norm": .number(0.1), "vf_coef": .number(0.9),
        "ent_coef": .number(0.01), "activation_fn": .text("relu"),
      ], start: 3_000, length: 1_500),
    ParityCase(
      agent: "ppo", environment: "CartPole-v1", preset: .default,
      values: [
        "target_kl": .number(0.003), "learning_rate": .number(0.003), "normalize_advantage": .flag(false),
        "n_steps": .integer(512), "gae_lambda": .number(1), "normalize": .flag(true),
      ], start: 2_000, length: 2_048),
    ParityCase(agent: "a2c", environment: "CartPole-v1", start: 10_000, length: 4_000),
    ParityCase(agent: "a2c", environment: "MountainCar-v0", start: 20_000, length: 8_000),
    ParityCase(agent: "a2c", environment: "Pendulum-v1", start: 10_000, length: 6_400),
    ParityCase(agent: "a2c", environment: "MountainCarContinuous-v0", start: 10_000, length: 8_000),
    ParityCase(agent: "a2c", environment: "LunarLander-v3", start: 10_000, length: 4_000),
    ParityCase(
      agent: "a2c", environment: "Acrobot-v1", preset: .default,
      values: [
        "n_envs": .integer(4), "n_steps": .integer(16), "use_rms_prop": .flag(false),
        "normalize_advantage": .flag(true), "max_grad_norm": .number(0.05), "gae_lambda": .number(0.9),
        "ent_coef": .number(0.02), "vf_coef": .number(0.25), "normalize": .flag(true),
      ], start: 8_000, length: 6_400),
  ]

  private static let offPolicy = [
    ParityCase(agent: "dqn", environment: "CartPole-v1", start: 5_000, length: 512),
    ParityCase(agent: "dqn", environment: "MountainCar-v0", start: 5_000, length: 500),
    ParityCase(agent: "dqn", environment: "Acrobot-v1", start: 2_000, length: 250),
    ParityCase(agent: "dqn", environment: "LunarLander-v3", start: 2_000, length: 250),
    ParityCase(
      agent: "dqn", environment: "CartPole-v1", preset: .default,
      values: [
        "n_envs": .integer(2), "n_steps": .integer(3), "tau": .number(0.2), "target_update_interval": .integer(14),
        "max_grad_norm": .number(0.5), "train_freq": .integer(3), "gradient_steps": .integer(-1),
        "buffer_size": .integer(1_500), "learning_rate": .text("lin_0.001"), "activation_fn": .text("tanh"),
      ], start: 2_000, length: 400),
    ParityCase(agent: "sac", environment: "Pendulum-v1", start: 1_000, length: 250),
    ParityCase(agent: "sac", environment: "MountainCarContinuous-v0", start: 1_000, length: 250),
    ParityCase(agent: "sac", environment: "LunarLanderContinuous-v3", start: 10_500, length: 250),
    ParityCase(agent: "sac", environment: "BipedalWalker-v3", start: 10_500, length: 250),
    ParityCase(
      agent: "sac", environment: "Pendulum-v1", preset: .default,
      values: [
        "n_envs": .integer(2), "n_steps": .integer(3), "train_freq": .integer(2), "gradient_steps": .integer(4),
        "target_update_interval": .integer(2), "target_entropy": .number(-0.5), "initial_ent_coef": .number(0.3),
        "net_arch": .integers([32, 16]), "activation_fn": .text("tanh"),
      ], start: 1_000, length: 400),
    ParityCase(agent: "td3", environment: "Pendulum-v1", start: 10_500, length: 250),
    ParityCase(agent: "td3", environment: "MountainCarContinuous-v0", start: 1_000, length: 250),
    ParityCase(
      agent: "td3", environment: "Pendulum-v1", preset: .default,
      values: [
        "n_envs": .integer(2), "n_steps": .integer(4), "train_freq": .integer(3), "gradient_steps": .integer(-1),
        "policy_delay": .integer(3), "target_policy_noise": .number(0.4), "target_noise_clip": .number(0.3),
        "tau": .number(0.02), "net_arch": .integers([32, 16]), "activation_fn": .text("tanh"),
      ], start: 1_000, length: 400),
    ParityCase(agent: "ddpg", environment: "Pendulum-v1", start: 10_500, length: 250),
    ParityCase(
      agent: "ddpg", environment: "MountainCarContinuous-v0", start: 1_000, length: 250),
    ParityCase(
      agent: "ddpg", environment: "Pendulum-v1", preset: .default,
      values: [
        "gradient_steps": .integer(3), "train_freq": .integer(2), "tau": .number(0.1), "noise_type": .text("normal"),
        "learning_rate": .text("lin_0.0005"), "net_arch": .integers([32]),
      ], start: 1_000, length: 250),
  ]
}
