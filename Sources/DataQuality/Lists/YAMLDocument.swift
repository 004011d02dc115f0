import Datasets
import Settings
import Yams

/// Values written as YAML, with sentences about what is wrong with it.
enum YAMLDocument {
  static func text(_ value: some Encodable) throws -> String {
    let encoder = YAMLEncoder()
    encoder.options = .init(indent: 2, width: 120, allowUnicode: true)
    return try encoder.encode(value)
  }

  static func decode<Value: Decodable>(
    _ type: Value.Type, _ yaml: String, source: String
  ) throws(DataQualityError) -> Value {
    let root = try compose(yaml, source)
    do {
      return try YAMLDecoder().decode(type, from: root)
    } catch let error as DecodingError {
      throw .unreadable(source: source, problem: sentence(error))
    } catch {
      throw .unreadable(source: source, problem: "malformed YAML")
    }
  }

  private static func compose(_ yaml: String, _ source: String) throws(DataQualityError) -> Node {
    do {
      if let root = try YAMLText.compose(yaml, source: source) { return plain(root) }
    } catch {
      throw .unreadable(source: error.place, problem: error.sentence)
    }
    throw .unreadable(source: source, problem: "it is empty")
  }

  /// With keys that are found whether they are quoted or not.
  private static func plain(_ node: Node) -> Node {
    switch node {
    case .mapping(let mapping):
      let pairs = mapping.map { (Node($0.key.scalar?.string ?? ""), plain($0.value)) }
      return .mapping(Node.Mapping(pairs, mapping.tag, mapping.style, mapping.mark))
    case .sequence(let nodes): return .sequence(Node.Sequence(nodes.map(plain), nodes.tag, nodes.style, nodes.mark))
    default: return node
    }
  }

  private static func sentence(_ error: DecodingError) -> String {
    switch error {
    case .keyNotFound(let key, let context): return place(context) + "\(quoted(key.stringValue)) is missing"
    case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
      return place(context) + "expected \(words(type))"
    case .dataCorrupted(let context):
      // Of a type's own sentences; the decoder's about a value name the type.
      let own = context.debugDescription
      return place(context) + (own.contains("Swift.") ? "the value is not understood" : own.firstLine)
    @unknown default: return "it is not understood"
    }
  }

  /// `repairs 2, impute, column: `
  private static func place(_ context: DecodingError.Context) -> String {
    var parts: [String] = []
    for key in context.codingPath {
      if let index = key.intValue, !parts.isEmpty {
        parts[parts.count - 1] += " \(index + 1)"
      } else if let index = key.stringValue.split(separator: " ").last.flatMap({ Int($0) }), !parts.isEmpty,
        key.stringValue.hasPrefix("Index")
      {
        parts[parts.count - 1] += " \(index + 1)"
      } else {
        parts.append(key.stringValue)
      }
    }
    return parts.isEmpty ? "" : parts.joined(separator: ", ") + ": "
  }

  private static func words(_ type: any Any.Type) -> String {
    switch type {
    case is Double.Type: "a number"
    case is Int.Type: "a whole number"
    case is Bool.Type: "true or false"
    case is String.Type: "a text"
    case is Node.Sequence.Type: "a list"
    case is Node.Scalar.Type: "a single value"
    default: "lines of 'name: value'"
    }
  }
}

extension String {
  fileprivate var firstLine: String { String(prefix { $0 != "\n" }) }
}
