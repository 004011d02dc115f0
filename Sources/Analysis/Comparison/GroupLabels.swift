import Settings
import Telemetry
import Tracker

/// Short names that tell groups of runs apart by what differs between them: `ppo gamma=0.9`.
///
/// A name has the agent, the environment where there are several, and the settings in which the groups of that agent in
/// that environment differ: hyperparameters, or else settings of the evaluation. Of many such settings the fewest that
/// tell the groups apart, and `…`; unless each group is an experiment of its own, which is shorter: `ppo (wide)`. Only
/// where nothing that is recorded differs does a name have the first digits of the configuration hash. The same groups
/// have the same names in every table, file and picture.
struct GroupLabels {
  private let labels: [GroupKey: String]

  /// `groups`: the runs of each group, at least one.
  init(_ groups: [GroupKey: [RunRecord]]) {
    let hasSeveralEnvironments = Set(groups.keys.map(\.environment)).count > 1
    var names: [GroupKey: String] = [:]
    for (family, keys) in Dictionary(grouping: groups.keys, by: { [$0.agent, $0.environment] }) {
      let keys = keys.sorted()
      let differences = Self.tellingApart(keys.map { groups[$0] ?? [] })
      for (place, key) in keys.enumerated() {
        let parts = [key.agent, hasSeveralEnvironments ? family[1] : "", differences?[place] ?? ""]
        names[key] = parts.filter { !$0.isEmpty }.joined(separator: " ")
      }
    }
    // What no words tell apart, the hash does, or the budget that a run was resumed to.
    for (name, keys) in Dictionary(grouping: names.keys, by: { names[$0] ?? "" }) where keys.count > 1 {
      for key in keys {
        let budget = key.extendedBudget.map { " to \($0)" } ?? ""
        names[key] = "\(name) \(key.configurationHash.prefix(8))\(budget)"
      }
    }
    labels = names
  }

  /// `examples`: a run of each group, where all runs of a group have the same settings.
  init(_ examples: [GroupKey: RunRecord]) { self.init(examples.mapValues { [$0] }) }

  subscript(key: GroupKey) -> String { labels[key] ?? key.agent }

  /// More settings than these are too long a name.
  private static let mostSettings = 3
  /// Longer values too.
  private static let longestValue = 24

  /// What to add to each group's name; nil where no words tell them all apart, or nothing has to.
  private static func tellingApart(_ groups: [[RunRecord]]) -> [String]? {
    if groups.count < 2 { return nil }
    let settings = GroupSettings(groups)
    for kind in [settings.hyperparameters, settings.all] {
      let short = kind.filter { name in settings.values(of: name).allSatisfy { $0.count <= longestValue } }
      guard settings.tellApart(short) else { continue }
      if kind.count <= mostSettings, short.count == kind.count { return settings.spell(kind) }
      if let own = ownWords(groups.map { $0.map(\.description.experiment) }) { return own.map { "(\($0))" } }
      return settings.spell(settings.fewest(of: short)).map { $0 + " …" }
    }
    let words =
      ownWords(groups.map { $0.map(\.description.experiment) }) ?? ownWords(groups.map { $0.map(\.description.name) })
    return words?.map { "(\($0))" }
  }

  /// The word that all runs of a group share and no other group has; nil unless each group has one, and a short one.
  private static func ownWords(_ words: [[String]]) -> [String]? {
    let own = words.compactMap { words in Set(words).count == 1 ? words.first : nil }
    guard own.count == words.count, Set(own).count == own.count else { return nil }
    return own.allSatisfy { !$0.isEmpty && $0.count <= longestValue } ? own : nil
  }
}

/// The settings in which groups of runs differ, each of which has one value in all runs of a group.
private struct GroupSettings {
  /// Their names, sorted: hyperparameters, and those with the settings of evaluations and the rest.
  let hyperparameters: [String]
  let all: [String]
  private let texts: [[String: String]]

  init(_ groups: [[RunRecord]]) {
    func differing(_ settings: (RunRecord) -> [String: HyperparameterValue]) -> (
      names: [String], texts: [[String: String]]
    ) {
      let values = groups.map { $0.map(settings) }
      let names = Set(values.joined().flatMap(\.keys)).sorted().filter { name in
        let inGroups = values.map { Set($0.map { $0[name] ?? .none }) }
        return inGroups.allSatisfy { $0.count == 1 } && Set(inGroups).count > 1
      }
      let texts = values.map { runs in
        Dictionary(uniqueKeysWithValues: names.map { ($0, runs.first?[$0]?.description ?? "–") })
      }
      return (names, texts)
    }
    let whole = differing { $0.parameters.merging($0.description.protocolSettings) { $1 } }
    let learning = Set(groups.joined().flatMap(\.parameters.keys))
    (all, texts) = (whole.names, whole.texts)
    hyperparameters = whole.names.filter { learning.contains($0) }
  }

  /// In each group.
  func values(of name: String) -> [String] { texts.map { $0[name] ?? "–" } }

  func tellApart(_ names: [String]) -> Bool { classes(names) == texts.count }

  func spell(_ names: [String]) -> [String] {
    texts.map { text in names.map { "\($0)=\(text[$0] ?? "–")" }.joined(separator: " ") }
  }

  /// One after the other what tells most groups apart; of equals the shortest to write.
  func fewest(of names: [String]) -> [String] {
    var chosen: [String] = []
    while classes(chosen) < texts.count {
      let best = names.filter { !chosen.contains($0) }
        .min { (-classes(chosen + [$0]), length($0), $0) < (-classes(chosen + [$1]), length($1), $1) }
      guard let best else { break }
      chosen.append(best)
    }
    return chosen.sorted()
  }

  private func classes(_ names: [String]) -> Int { Set(texts.map { text in names.map { text[$0] ?? "–" } }).count }

  private func length(_ name: String) -> Int { name.count + (values(of: name).map(\.count).max() ?? 0) }
}
