import Settings
import Telemetry
import Tracker

extension Comparison {
  /// The pairs of groups that are compared, and a sentence for each reason why other pairs are not.
  static func pairs(
    _ made: [(group: Group, records: [RunRecord])], merging: Set<Merging>
  ) -> (allowed: [(Group, Group)], refusals: [String]) {
    var allowed: [(Group, Group)] = []
    // In the order in which they turn up.
    var refused: [(kinds: [Merging], pairs: [String], words: [String])] = []
    for (index, one) in made.enumerated() {
      for other in made[(index + 1)...] where isSameWorld(one.group, other.group) {
        let reasons = obstacles(one.records[0], other.records[0]).filter { !merging.contains($0.kind) }
        if reasons.isEmpty {
          allowed.append((one.group, other.group))
          continue
        }
        let kinds = reasons.map(\.kind)
        let place = refused.firstIndex { $0.kinds == kinds } ?? refused.endIndex
        if place == refused.endIndex { refused.append((kinds, [], [])) }
        refused[place].pairs.append("\(one.group.label) and \(other.group.label)")
        refused[place].words.append(reasons.map(\.words).joined(separator: "; "))
      }
    }
    return (allowed, refused.map { refusal(of: $0.pairs, because: $0.words, kinds: $0.kinds) })
  }

  /// Pairs that a refusal names, of many.
  private static let namedPairs = 3

  private static func refusal(of pairs: [String], because words: [String], kinds: [Merging]) -> String {
    let option = "--merge \(kinds.map(\.rawValue).joined(separator: ","))"
    if pairs.count == 1 {
      return "\(pairs[0]) are not compared: \(words[0]). Use \(option) to compare them anyway."
    }
    var named = zip(pairs, words).prefix(namedPairs).map { "\($0): \($1)" }
    if pairs.count > namedPairs { named.append("and so on") }
    return "\(pairs.count) pairs of groups are not compared (\(named.joined(separator: "; "))). "
      + "Use \(option) to compare them anyway."
  }

  private static func isSameWorld(_ a: Group, _ b: Group) -> Bool {
    GroupKey.unversioned(a.environment) == GroupKey.unversioned(b.environment)
  }

  private static func obstacles(_ a: RunRecord, _ b: RunRecord) -> [(kind: Merging, words: String)] {
    var obstacles: [(Merging, String)] = []
    // Epochs and iterations, which follow from other hyperparameters, are no common measure.
    if a.budget != b.budget, a.description.budgetParameter != nil, b.description.budgetParameter != nil {
      obstacles.append((.budget, "different budgets, \(a.budget) vs \(b.budget) steps"))
    }
    let (one, other) = (a.description, b.description)
    if one.target != other.target {
      obstacles.append((.version, "different versions, \(one.target) vs \(other.target)"))
    }
    let (settings, others) = (one.evaluationSettings, other.evaluationSettings)
    let names = Set(settings.keys).union(others.keys).filter { settings[$0] != others[$0] }.sorted()
    if !names.isEmpty, !settings.isEmpty, !others.isEmpty {
      obstacles.append((.protocol, "different evaluations, \(names.joined(separator: ", "))"))
    }
    return obstacles
  }
}

extension RunDescription {
  /// How it is evaluated: a training by its episodes on the way, a fit by its rows; nothing where it is not.
  var evaluationSettings: [String: HyperparameterValue] {
    protocolSettings.filter { $0.key.hasPrefix("eval-") || Self.rowsOfFit.contains($0.key) }
  }

  private static let rowsOfFit: Set<String> = [
    "data-sha256", "folds", "group", "repeats", "split", "time", "validation", "validation-data-sha256",
  ]
}

extension Comparison {
  /// The groups' normalised scores, an algorithm an agent, in one environment or several; nil, and why, where the reference
  /// scores are not known or an agent has several configurations in one environment.
  package var profiled: (scores: ScoreComparison?, note: String?) {
    let across = ScoreTable.acrossEnvironments(groups, atLeast: 1)
    return (across.table.map { ScoreComparison(of: $0, seed: seed, resamples: resamples) }, across.note)
  }
}

extension ScoreTable {
  /// Normalised scores of groups in `least` or more environments, an algorithm an agent; nil, and why, if there are none.
  ///
  /// An agent that has several groups in an environment is told apart by the experiments they are of.
  static func acrossEnvironments(
    _ groups: [Comparison.Group], atLeast least: Int = 2
  ) -> (table: ScoreTable?, note: String?) {
    guard Set(groups.map(\.environment)).count >= least else { return (nil, nil) }
    let agents = Dictionary(grouping: groups) { [$0.agent, $0.environment] }
    let isAmbiguous = agents.values.contains { $0.count > 1 }
    func algorithm(_ group: Comparison.Group) -> String {
      isAmbiguous ? "\(group.agent) (\(group.experiments.joined(separator: ", ")))" : group.agent
    }
    let named = Dictionary(grouping: groups) { [algorithm($0), $0.environment] }
    if let several = named.values.first(where: { $0.count > 1 }) {
      return (
        nil,
        "Nothing is aggregated across environments: \(algorithm(several[0])) has \(several.count) configurations in "
          + "\(several[0].environment); compare experiments that have one each."
      )
    }
    var table = ScoreTable()
    var unknown: Set<String> = []
    for group in groups {
      guard let reference = ReferenceScores.of(group.environment) else {
        unknown.insert(group.environment)
        continue
      }
      for (run, score) in zip(group.runs, group.scores) {
        _ = table.add(
          reference.normalised(score), algorithm: algorithm(group), environment: group.environment, seed: run)
      }
    }
    let note =
      unknown.isEmpty
      ? nil : "Not aggregated, no reference scores: \(unknown.sorted().joined(separator: ", "))."
    return (table.commonEnvironments.count >= least ? table : nil, note)
  }
}
