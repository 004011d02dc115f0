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
      throw ConfigurationError("\(place(node, source)): expected lines of 'name: value'")
    }
    var pairs: [(name: String, value: Node)] = []
    var merged: [Node] = []
    for (key, node) in mapping {
      guard let name = key.scalar?.string else {
        throw ConfigurationError("\(place(key, source)): expected a name before the colon")
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
      return try Yams.compose(yaml: yaml)
    } catch let error as YamlError {
      switch error {
      case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
        .composer(_, let problem, let mark, _):
        throw ConfigurationError("\(source), line \(mark.line): malformed YAML, \(problem)")
      case .duplicatedKeysInMapping(let names, let context):
        // The error points at the mapping; the line to look at is the name's second one.
        let name = names.first ?? ""
        let lines = yaml.split(separator: "\n", omittingEmptySubsequences: false).indices(where: {
          $0.hasPrefix("\(name):")
        })
        let second = lines.ranges.flatMap(\.self).dropFirst().first.map { $0 + 1 }
        throw ConfigurationError("\(source), line \(second ?? context.mark.line): '\(name)' is given twice")
      default:
        throw ConfigurationError("\(source): malformed YAML")
      }
    } catch {
      throw ConfigurationError("\(source): malformed YAML")
    }
  }

  package static func value(_ node: Node, source: String) throws(ConfigurationError) -> HyperparameterValue {
    switch node {
    case .scalar(let scalar):
      return scalar.style == .any || scalar.style == .plain ? plain(scalar.string) : .text(scalar.string)
    case .sequence(let nodes):
      var integers: [Int] = []
      for node in nodes {
        guard let text = node.scalar?.string, let integer = wholeNumber(text) else {
          throw ConfigurationError("\(place(node, source)): a list holds whole numbers only, as [64, 64]")
        }
        integers.append(integer)
      }
      return .integers(integers)
    default:
      throw ConfigurationError("\(place(node, source)): expected a number, true, false, null, a word or a list")
    }
  }

  private static func plain(_ text: String) -> HyperparameterValue {
    switch text {
    case "true", "True": return .flag(true)
    case "false", "False": return .flag(false)
    case "null", "~", "", "None": return .none
    default: break
    }
    if let integer = Int(text) { return .integer(integer) }
    if let number = Double(text) { return .number(number) }
    return .text(text)
  }

  package static func place(_ node: Node, _ source: String) -> String {
    node.mark.map { "\(source), line \($0.line)" } ?? source
  }
}
