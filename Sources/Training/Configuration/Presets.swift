import Environments
import Runs
import Settings
import Yams

/// Hyperparameters known to work, by agent and environment. Start from `zoo`, which has the
/// tuned values of RL Baselines3 Zoo for each environment.
///
/// ```swift
/// let configuration = try TrainingConfiguration(environment: "CartPole-v1", agent: "ppo", preset: .zoo)
/// print(configuration.environmentCount, configuration.budget)  // 8 100000
/// ```
///
/// `default` holds for every environment; `zoo` has an entry an environment, and so has `best`, which a search found to
/// solve it with all seeds in fewer steps: `Docs/RESULTS.md` has the figures. Besides hyperparameters an entry has
/// `n_envs`, the number of environments, and `n_timesteps`, the budget.
public enum Preset: String, Sendable, CaseIterable {
  case `default`
  case zoo
  case best

  /// The preset's values for an environment's id (options of the environment do not matter); none for the default of an
  /// agent of a program's own. Throws `ConfigurationError` where there is no such preset.
  func values(agent: String, environment: String) throws(ConfigurationError) -> [String: HyperparameterValue] {
    let section = try Self.sections.get()[agent]
    if self == .default { return section?.default ?? [:] }
    guard let entries = section?.entries[self] else {
      throw ConfigurationError("the agent '\(agent)' has no preset '\(rawValue)'")
    }
    let id = EnvironmentCatalogue.commonName(of: environment)
    guard let entry = entries.first(where: { $0.id == id }) else {
      let known = entries.map(\.id).joined(separator: ", ")
      throw ConfigurationError("the preset '\(rawValue)' of '\(agent)' has no entry for \(id); it has \(known)")
    }
    return entry.values
  }

  /// The ids that the preset has entries for; none for `default`, which holds for all.
  package func environments(agent: String) throws(ConfigurationError) -> [String] {
    self == .default ? [] : try Self.sections.get()[agent]?.entries[self]?.map(\.id) ?? []
  }

  /// What the file says of an agent.
  private struct Section: Sendable {
    var `default`: [String: HyperparameterValue]
    /// By environment, in the file's order; of those that the agent has.
    var entries: [Preset: [(id: String, values: [String: HyperparameterValue])]] = [:]

    init(_ node: Node) throws(ConfigurationError) {
      `default` = if let values = node["default"] { try YAMLValues.mapping(values, source: Preset.file) } else { [:] }
      for preset in Preset.allCases where preset != .default {
        guard let entries = node[preset.rawValue] else { continue }
        for (id, entry) in try YAMLValues.pairs(entries, source: Preset.file) {
          self.entries[preset, default: []].append((id, try YAMLValues.mapping(entry, source: Preset.file)))
        }
      }
    }
  }

  private static let file = "zoo.yaml"

  /// By agent. Read once.
  private static let sections = Result<[String: Section], ConfigurationError> { () throws(ConfigurationError) in
    let text = String(decoding: PackageResources.zoo_yaml, as: UTF8.self)
    guard let root = try YAMLValues.compose(text, source: file) else { return [:] }
    var sections: [String: Section] = [:]
    for (agent, section) in try YAMLValues.pairs(root, source: file) { sections[agent] = try Section(section) }
    return sections
  }
}
