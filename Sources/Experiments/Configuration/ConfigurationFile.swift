import Foundation
import Telemetry

/// Hyperparameters as users write them: a YAML file, or `key=value` on a command line.
public enum ConfigurationFile {
  /// Throws `ConfigurationError` where the file cannot be read or is not lines of `name: value`.
  public static func read(_ path: String) throws(ConfigurationError) -> [String: HyperparameterValue] {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw ConfigurationError("the configuration file '\(path)' cannot be read")
    }
    guard let text = String(data: data, encoding: .utf8) else {
      throw ConfigurationError("the configuration file '\(path)' is not UTF-8 text")
    }
    return try YAMLValues.mapping(text, source: path)
  }

  /// `learning_rate=0.01`, `net_arch=[64,64]`; a later one wins. `option` is what they were given by.
  public static func parse(
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
