import Foundation
import Telemetry
import Testing

@testable import Runs
@testable import Training

/// Files of RL Baselines3 Zoo: a section an environment, the zoo's own spelling.
@Suite struct ZooFileTests {
  /// As the zoo's ppo.yml has them.
  private static let zoo = """
    default:
      n_timesteps: !!float 1e6
      policy: 'MlpPolicy'
    Pendulum-v1: &pendulum
      n_envs: 4
      n_timesteps: !!float 1e5
      policy: 'MlpPolicy'
      n_steps: 1024
      gae_lambda: 0.95
      learning_rate: !!float 1e-3
      clip_range: lin_0.2
      use_sde: True
      sde_sample_freq: 4
      policy_kwargs: "dict(log_std_init=-2, ortho_init=False, activation_fn=nn.ReLU, net_arch=dict(pi=[32, 16], vf=[32, 16]))"
    LunarLanderContinuous-v3:
      <<: *pendulum
      n_envs: 16
      normalize: "dict(norm_obs=True, norm_reward=False)"
      env_wrapper:
        - sb3_contrib.common.wrappers.TimeFeatureWrapper
    """

  private func read(_ environment: String, agent: String = "ppo", _ text: String = zoo) throws
    -> ConfigurationFile.Content
  {
    try ConfigurationFile.content(of: text, source: "ppo.yml", environment: environment, agent: agent)
  }

  @Test func `the section of the environment is taken, its options aside, in this program's names`() throws {
    let content = try read("Pendulum-v1:g=9.81")
    #expect(
      content.values == [
        "n_envs": .integer(4), "n_timesteps": .number(1e5), "n_steps": .integer(1024), "gae_lambda": .number(0.95),
        "learning_rate": .number(1e-3), "clip_range": .text("lin_0.2"), "log_std_init": .integer(-2),
        "ortho_init": .flag(false), "activation_fn": .text("relu"), "net_arch": .integers([32, 16]),
      ])
    let configuration = try TrainingConfiguration(environment: "Pendulum-v1", values: content.values)
    #expect(configuration.plan.budget == 100_000)
    #expect(configuration.hyperparameters["log_std_init"] == .number(-2))
  }

  @Test func `what there is nothing for is named one by one`() throws {
    #expect(
      try read("Pendulum-v1").ignored == [
        "use_sde (there is no state-dependent exploration)",
        "sde_sample_freq (there is no state-dependent exploration)",
      ])
    let content = try read("LunarLanderContinuous-v3")
    #expect(content.values["n_envs"] == .integer(16))
    #expect(content.values["n_steps"] == .integer(1024))
    #expect(content.ignored.contains("normalize (take ENV:normalize_observation=true)"))
    #expect(content.ignored.contains { $0.hasPrefix("env_wrapper (") })
  }

  @Test func `a file without the environment suggests the nearest`() {
    #expect(
      throws: ConfigurationError(
        "'ppo.yml' has no section for LunarLanderContinuous-v2; did you mean 'LunarLanderContinuous-v3'?")
    ) { try read("LunarLanderContinuous-v2") }
  }

  @Test func `a temperature that is learnt, and networks that differ`() throws {
    let text = """
      ent_coef: 'auto_0.1'
      target_entropy: auto
      gradient_steps: -1
      noise_type: normal
      policy_kwargs: "dict(net_arch=dict(pi=[256, 256], qf=[1024, 1024]), n_critics=1)"
      """
    let content = try read("Pendulum-v1", agent: "sac", text)
    #expect(
      content.values == [
        "ent_coef": .none, "initial_ent_coef": .number(0.1), "target_entropy": .none, "gradient_steps": .integer(-1),
        "noise_type": .text("normal"),
      ])
    #expect(
      content.ignored == [
        "policy_kwargs' net_arch (all networks have the same widths)",
        "policy_kwargs' n_critics",
      ])
    #expect(
      try TrainingConfiguration(environment: "Pendulum-v1", agent: "sac", values: content.values).environmentCount == 1)
  }

  @Test(arguments: [
    ("policy_kwargs: dict(", "ppo.yml, line 1: 'policy_kwargs' takes \"dict(name=value, …)\""),
    ("policy_kwargs: \"dict(x)\"", "ppo.yml, line 1: 'policy_kwargs' takes \"dict(name=value, …)\""),
    ("ent_coef: auto_x", "ppo.yml, line 1: 'ent_coef' takes a number, auto or auto_0.1, not auto_x"),
  ])
  func `what cannot be understood is named by its line`(text: String, sentence: String) {
    #expect(throws: ConfigurationError(sentence)) { try read("Pendulum-v1", agent: "sac", text) }
  }

  @Test(arguments: [
    ("dict(a=1, b=[1, 2.5], c=None)", true), ("dict(a=dict(b=dict()))", true), ("[True, 'x', \"y\",]", true),
    ("dict(a)", false), ("dict(a=1", false), ("[1, 2", false), ("'x", false), ("", false), ("1 2", false), ("-", false),
    (String(repeating: "[", count: 100_000), false),
  ])
  func `Python's literals are read, and anything else is nothing`(text: String, isOne: Bool) {
    #expect((PythonLiteral(text) != nil) == isOne)
  }
}
