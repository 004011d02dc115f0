import Formats
import Settings
import Yams

extension SearchSpace {
  /// Reads a space as people write it, a setting a line:
  ///
  ///     learning_rate: {low: 1e-5, high: 1e-2, log: true}
  ///     gamma: [0.9, 0.99, 0.999]
  ///     n_steps: {low: 32, high: 2048, step: 32}
  ///     net_arch: {layers: [1, 3], units: [32, 64, 128]}
  ///     optimizer: [sgd, adam]
  ///     momentum: {low: 0, high: 1, when: {optimizer: sgd}}
  ///
  /// `source` names the text in errors. `domains` are the settings there are; nil where any name goes, as for programs.
  package init(yaml: String, source: String, domains: [String: Domain]?) throws(SearchSpaceError) {
    let root: Node?
    do { root = try YAMLText.compose(yaml, source: source) } catch {
      throw SearchSpaceError("\(error.place): \(error.sentence)")
    }
    guard let root else { throw SearchSpaceError("\(source): it has no settings to search") }
    try self.init(root, source: source, domains: domains)
  }

  /// The same, of a part of a YAML text.
  init(_ root: Node, source: String, domains: [String: Domain]?) throws(SearchSpaceError) {
    guard case .mapping(let mapping) = root, !mapping.isEmpty else {
      throw SearchSpaceError("\(YAMLText.place(root, source)): expected lines of 'name: range'")
    }
    var parameters: [SearchParameter] = []
    var places: [String] = []
    for (key, node) in mapping {
      let reader = SpaceReader(source: source, name: key.scalar?.string ?? "")
      guard !reader.name.isEmpty else {
        throw SearchSpaceError("\(YAMLText.place(key, source)): expected a name before the colon")
      }
      if let domains, domains[reader.name] == nil {
        let names = domains.keys.sorted()
        let guess = didYouMean(reader.name, among: names) ?? "; there are \(names.joined(separator: ", "))"
        throw SearchSpaceError("\(YAMLText.place(key, source)): there is no setting '\(reader.name.printable)'\(guess)")
      }
      parameters.append(try reader.parameter(node, domain: domains?[reader.name]))
      places.append(YAMLText.place(key, source))
    }
    try self.init(parameters, places: places)
  }
}
