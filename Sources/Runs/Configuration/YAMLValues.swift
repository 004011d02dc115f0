import Formats
import Settings
import Telemetry
import Yams

/// Hyperparameters out of YAML: a mapping of names to scalars and lists of whole numbers.
package enum YAMLValues {
  /// `source` names the text in errors: a file's path, `--set`.
  package static func mapping(
    _ yaml: String, source: String
  ) throws(ConfigurationError) -> [String: HyperparameterValue] {
    guard let root = try compose(yaml, source: source) else { return [:] }
    return try mapping(root, source: source)
  }

  package static func mapping(
    _ node: Node, source: String
  ) throws(ConfigurationError) -> [String: HyperparameterValue] {
    var values: [String: HyperparameterValue] = [:]
    for (name, node) in try pairs(node, source: source) { values[name] = try value(node, source: source) }
    return values
  }

  /// The names of a mapping and what they stand for, with what it merges from others by `<<`; its own come first.
  package static func pairs(
    _ node: Node, source: String, depth: Int = 0
  ) throws(ConfigurationError) -> [(name: String, value: Node)] {
    guard case .mapping(let mapping) = node, depth < 8 else {
      throw ConfigurationError("\(YAMLText.place(node, source)): expected lines of 'name: value'")
    }
    var pairs: [(name: String, value: Node)] = []
    var merged: [Node] = []
    for (key, node) in mapping {
      guard let name = key.scalar?.string else {
        throw ConfigurationError("\(YAMLText.place(key, source)): expected a name before the colon")
      }
      if name != "<<" {
        pairs.append((name, node))
      } else if case .sequence(let nodes) = node {
        merged += nodes
      } else {
        merged.append(node)
      }
    }
    for node in merged {
      for pair in try Self.pairs(node, source: source, depth: depth + 1)
      where !pairs.contains(where: { $0.name == pair.name }) {
        pairs.append(pair)
      }
    }
    return pairs
  }

  /// One value as written after a colon: `0.01`, `lin_0.001`, `[64, 64]`, `null`.
  package static func value(_ text: String, source: String) throws(ConfigurationError) -> HyperparameterValue {
    guard let node = try compose(text, source: source) else { return .none }
    return try value(node, source: source)
  }

  package static func compose(_ yaml: String, source: String) throws(ConfigurationError) -> Node? {
    do {
      return try YAMLText.compose(yaml, source: source)
    } catch {
      throw ConfigurationError("\(error.place): \(error.sentence)")
    }
  }

  package static func value(_ node: Node, source: String) throws(ConfigurationError) -> HyperparameterValue {
    switch node {
    case .scalar(let scalar):
      return YAMLText.value(of: scalar)
    case .sequence(let nodes):
      var integers: [Int] = []
      for node in nodes {
        guard let text = node.scalar?.string, let integer = wholeNumber(text) else {
          throw ConfigurationError("\(YAMLText.place(node, source)): a list holds whole numbers only, as [64, 64]")
        }
        integers.append(integer)
      }
      return .integers(integers)
    default:
      throw ConfigurationError(
        "\(YAMLText.place(node, source)): expected a number, true, false, null, a word or a list")
    }
  }
}
