import Settings
import Yams

/// What is searched of an agent or a model where nobody says: `Spaces/spaces.yaml`.
extension SearchSpace {
  /// The agents and models that there are default spaces for, in the file's order.
  package static var defaultNames: [String] { (try? sections().map { $0.name }) ?? [] }

  /// The default space of an agent or a model; nil where there is none. With `domains`, each value is held to them.
  package static func standard(
    for name: String, domains: [String: Domain]? = nil
  ) throws(SearchSpaceError) -> SearchSpace? {
    guard let section = try sections().first(where: { $0.name == name }) else { return nil }
    return try SearchSpace(section.node, source: "\(file), \(name)", domains: domains)
  }

  private static let file = "spaces.yaml"

  private static func sections() throws(SearchSpaceError) -> [(name: String, node: Node)] {
    do throws(YAMLText.Problem) {
      let root = try YAMLText.compose(String(decoding: PackageResources.spaces_yaml, as: UTF8.self), source: file)
      return root?.mapping?.compactMap { key, node in key.scalar.map { ($0.string, node) } } ?? []
    } catch {
      throw SearchSpaceError("\(error.place): \(error.sentence)")
    }
  }
}
