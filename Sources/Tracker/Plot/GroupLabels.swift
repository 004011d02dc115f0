import Telemetry

/// The shortest words that tell groups of runs apart: the agent, the environment where there are several, and the
/// hyperparameters that differ, or the configuration hash where too many do.
struct GroupLabels {
  private let labels: [GroupKey: String]

  /// `examples`: a run of each group.
  init(_ examples: [GroupKey: RunRecord]) {
    let hasSeveralEnvironments = Set(examples.keys.map(\.environment)).count > 1
    var labels: [GroupKey: String] = [:]
    for (key, example) in examples {
      var parts = [key.agent]
      if hasSeveralEnvironments { parts.append(key.environment) }
      let rivals = examples.filter { $0.key.agent == key.agent && $0.key.environment == key.environment }
      if rivals.count > 1 {
        let names = Self.differing(rivals.values.map(\.parameters))
        if (1...3).contains(names.count) {
          parts += names.map { "\($0) = \(example.parameters[$0]?.description ?? "–")" }
        } else {
          parts.append(String(key.configurationHash.prefix(8)))
        }
      }
      labels[key] = parts.joined(separator: " · ")
    }
    self.labels = labels
  }

  subscript(key: GroupKey) -> String { labels[key] ?? "" }

  private static func differing(_ parameters: [[String: HyperparameterValue]]) -> [String] {
    Set(parameters.flatMap(\.keys)).filter { name in Set(parameters.map { $0[name] }).count > 1 }.sorted()
  }
}
