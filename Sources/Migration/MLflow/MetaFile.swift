import Interchange
import Settings
import Yams

/// A `meta.yaml` of MLflow's folder: names and values, some of them mappings.
struct MetaFile {
  private let path: String
  private let values: Node.Mapping

  init(_ path: String) throws(ImportError) {
    let text = try ForeignFile.text(path)
    let node: Node?
    do throws(YAMLText.Problem) {
      node = try YAMLText.compose(text, source: path)
    } catch {
      throw ImportError(path: error.place, reason: error.sentence)
    }
    guard case .mapping(let values)? = node else {
      throw ImportError(path: path, reason: "there are no names with values in it")
    }
    (self.path, self.values) = (path, values)
  }

  /// nil for what is missing, null or no scalar.
  func text(_ name: String) -> String? { values[Node(name)].flatMap(Self.text) }
  func integer(_ name: String) -> Int? { text(name).flatMap { Int($0) } }

  func required(_ name: String) throws(ImportError) -> String {
    guard let text = text(name), !text.isEmpty else {
      throw ImportError(path: path, reason: "there is no \(name) in it")
    }
    return text
  }

  func texts(_ name: String) -> [String: String] {
    guard case .mapping(let pairs)? = values[Node(name)] else { return [:] }
    var texts: [String: String] = [:]
    for (key, value) in pairs {
      if let key = key.scalar?.string { texts[key] = Self.text(value) }
    }
    return texts
  }

  private static func text(_ node: Node) -> String? {
    guard case .scalar(let scalar) = node else { return nil }
    let isPlain = scalar.style == .any || scalar.style == .plain
    return isPlain && ["null", "~", ""].contains(scalar.string) ? nil : scalar.string
  }
}
