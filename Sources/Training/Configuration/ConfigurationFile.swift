import Environments
import Files
import Foundation
import RLCore
import Runs
import Settings
import Telemetry
import Yams

/// Hyperparameters as users write them: a YAML file, or `key=value` on a command line.
package enum ConfigurationFile {
  /// What a file says of one training.
  package struct Content: Sendable, Hashable {
    package var values: [String: HyperparameterValue]
    /// Settings of RL Baselines3 Zoo that are not used, and why, each in a few words.
    package var ignored: [String]
  }

  /// Lines of `name: value`, or the section of `environment` in a file of sections, as RL Baselines3 Zoo's are; in the zoo's
  /// spelling or in that of `agent`'s hyperparameters.
  ///
  /// Throws `ConfigurationError` where the file cannot be read, is neither, or has no section of that name.
  package static func read(
    _ path: String, environment: String, agent: String
  ) throws(ConfigurationError) -> Content {
    guard let bytes = try? OpenFile.contents(of: path) else {
      throw ConfigurationError("the configuration file '\(path)' cannot be read")
    }
    guard let text = String(bytes: bytes, encoding: .utf8) else {
      throw ConfigurationError("the configuration file '\(path)' is not UTF-8 text")
    }
    return try content(of: text, source: path, environment: environment, agent: agent)
  }

  /// As above, of the text of a file that is called `source`.
  static func content(
    of text: String, source: String, environment: String, agent: String
  ) throws(ConfigurationError) -> Content {
    guard let root = try YAMLValues.compose(text, source: source) else { return Content(values: [:], ignored: []) }
    let section = try section(of: root, environment: environment, source: source)
    let pairs = try YAMLValues.pairs(section, source: source)
    let spelling = try ZooSpelling(pairs, known: known(to: agent), source: source)
    return Content(values: spelling.values, ignored: spelling.ignored)
  }

  /// `root` itself where it holds values.
  private static func section(
    of root: Node, environment: String, source: String
  ) throws(ConfigurationError) -> Node {
    guard case .mapping(let sections) = root, !sections.isEmpty,
      sections.allSatisfy({ if case .mapping = $0.value { true } else { false } })
    else { return root }
    let id = EnvironmentCatalogue.commonName(of: environment)
    let names = sections.compactMap { $0.key.scalar?.string }
    if let section = sections.first(where: { $0.key.scalar?.string == id })?.value { return section }
    let guess = didYouMean(id, among: names) ?? "; it has \(names.joined(separator: ", "))"
    throw ConfigurationError("'\(source)' has no section for \(id)\(guess)")
  }

  private static func known(to agent: String) -> [String] {
    Agents.named(agent).map { Agents.documentation(of: $0).map(\.name) } ?? []
  }

  /// `learning_rate=0.01`, `net_arch=[64,64]`; a later one wins.
  ///
  /// `option`: the one they were given by, for the sentence about what is wrong.
  package static func parse(
    settings: [String], option: String = "--set"
  ) throws(ConfigurationError) -> [String: HyperparameterValue] {
    var values: [String: HyperparameterValue] = [:]
    for setting in settings {
      guard let equals = setting.firstIndex(of: "="), equals != setting.startIndex else {
        throw ConfigurationError("'\(option) \(setting)' is not of the form key=value")
      }
      let text = String(setting[setting.index(after: equals)...])
      values[String(setting[..<equals])] = try YAMLValues.value(text, source: "\(option) \(setting)")
    }
    return values
  }
}
