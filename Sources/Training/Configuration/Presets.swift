import Runs
import Settings
import Yams

/// Hyperparameters known to work, by agent: a file in Presets each.
///
/// `default` holds for every environment; `zoo` has an entry an environment. Besides hyperparameters an entry has
/// `n_envs`, the number of copies, and `n_timesteps`, the budget.
public enum Preset: String, Sendable, CaseIterable {
  case `default`
  case zoo

  /// The preset's values for an environment's id (options of the environment do not matter); none for the default of an
  /// agent of a program's own. Throws `ConfigurationError` where there is no such preset.
  func values(agent: String, environment: String) throws(ConfigurationError) -> [String: HyperparameterValue] {
    guard let section = try section(agent: agent) else {
      if self == .default { return [:] }
      throw ConfigurationError("the agent '\(agent)' has no preset '\(rawValue)'")
    }
    if self == .default { return try YAMLValues.mapping(section, source: "\(agent).yaml") }
    let id = String(environment.prefix { $0 != ":" })
    guard let entry = section[id] else {
      let known = try environments(agent: agent).joined(separator: ", ")
      throw ConfigurationError("the preset '\(rawValue)' of '\(agent)' has no entry for \(id); it has \(known)")
    }
    return try YAMLValues.mapping(entry, source: "\(agent).yaml")
  }

  /// The ids that the preset has entries for; none for `default`, which holds for all.
  package func environments(agent: String) throws(ConfigurationError) -> [String] {
    guard self != .default, let section = try section(agent: agent) else { return [] }
    return section.mapping?.keys.compactMap { $0.scalar?.string } ?? []
  }

  private func section(agent: String) throws(ConfigurationError) -> Node? {
    guard let file = Self.files[agent] else { return nil }
    return try YAMLValues.compose(String(decoding: file, as: UTF8.self), source: "\(agent).yaml")?[rawValue]
  }

  private static let files: [String: [UInt8]] = [
    "a2c": PackageResources.a2c_yaml,
    "ddpg": PackageResources.ddpg_yaml,
    "double_q": PackageResources.double_q_yaml,
    "dqn": PackageResources.dqn_yaml,
    "expected_sarsa": PackageResources.expected_sarsa_yaml,
    "monte_carlo": PackageResources.monte_carlo_yaml,
    "policy_iteration": PackageResources.policy_iteration_yaml,
    "ppo": PackageResources.ppo_yaml,
    "q_learning": PackageResources.q_learning_yaml,
    "reinforce": PackageResources.reinforce_yaml,
    "sac": PackageResources.sac_yaml,
    "sarsa": PackageResources.sarsa_yaml,
    "td3": PackageResources.td3_yaml,
    "value_iteration": PackageResources.value_iteration_yaml,
  ]
}
