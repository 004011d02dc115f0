import Tracker

/// Which imported runs are seeds of one configuration, and which seed each is.
///
/// Nothing in the files says so: the names of their folders do. `PPO_1` and `PPO_2`, `seed1/PPO` and `seed2/PPO` differ by
/// their seed; `CartPole-v0` and `CartPole-v1`, `gamma0.9` and `gamma0.99` do not.
package struct ImportedFamilies: Sendable {
  package struct Member: Sendable, Hashable {
    package var environment: String
    package var seed: UInt64
    package var configurationHash: String
    /// The hash that earlier programs gave it.
    package var formerHash: String
    /// What the names of all its seeds share.
    var family: String
  }

  /// In the order of the runs.
  package let members: [Member]
  /// For each family of several seeds that names made one, a sentence.
  package let named: [String]

  /// - Parameters:
  ///   - agent: where it is known, all runs of an environment are seeds of one configuration.
  ///   - firstSeed: seeds count from here instead of being read from names.
  ///   - separate: every run is a configuration of its own.
  package init(
    of runs: [(folder: String, environment: String)], agent: String?, firstSeed: UInt64?, separate: Bool
  ) {
    let names = runs.map { SeedName($0.folder) }
    let families = zip(runs, names).map { run, name in
      (separate ? run.folder : agent ?? name.family) + "\n" + run.environment
    }
    var seeds = [UInt64](repeating: 0, count: runs.count)
    let places = Dictionary(grouping: runs.indices) { families[$0] }
    for (_, members) in places {
      let told = members.compactMap { names[$0].seed }
      let areTold = firstSeed == nil && !separate && told.count == members.count && Set(told).count == told.count
      for (number, place) in members.enumerated() {
        seeds[place] = areTold ? told[number] : (firstSeed ?? 0) &+ UInt64(agent == nil && separate ? place : number)
      }
    }
    members = runs.indices.map { place in
      let identity = ConfigurationIdentity(
        kind: "imported", subject: agent ?? "", target: runs[place].environment,
        settings: ["family": .text(families[place])])
      return Member(
        environment: runs[place].environment, seed: seeds[place], configurationHash: identity.hash,
        formerHash: FormerHash.ofImport(family: families[place]), family: names[place].family)
    }
    named =
      agent != nil || separate
      ? []
      : places.filter { $0.value.count > 1 }.sorted { $0.value[0] < $1.value[0] }.map { _, members in
        let list = members.map { "\(seeds[$0])" }.joined(separator: ", ")
        return "\(names[members[0]].title): \(members.count) runs are seeds \(list) of one configuration; "
          + "--separate imports each as its own."
      }
  }
}

/// A folder's name as a configuration's and a seed's.
struct SeedName: Equatable {
  /// The name without the seed.
  var family: String
  /// nil where the name has none.
  var seed: UInt64?
  /// The family's name for people.
  var title: String { String(family.reversed().drop { "_-= ".contains($0) }.reversed()) }

  init(_ path: String) {
    var parts = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    while parts.count > 1, parts.last == "" || Self.files.contains(where: { parts[parts.count - 1].hasSuffix($0) }) {
      parts.removeLast()
    }
    family = parts.joined(separator: "/")
    // A word for it, wherever it stands, counts more than a number at the end.
    for place in parts.indices.reversed() {
      guard let match = parts[place].firstMatch(of: /(?:^|[^a-zA-Z])([sS]eed|SEED|s)[ _=-]?([0-9]+)(?![0-9.])/),
        let number = UInt64(match.2), match.1 != "s" || match.range.upperBound == parts[place].endIndex
      else { continue }
      seed = number
      parts[place].removeSubrange(match.2.startIndex..<match.2.endIndex)
      family = parts.joined(separator: "/")
      return
    }
    guard let last = parts.last, let match = last.wholeMatch(of: /(.*?)([0-9]+)/), let number = UInt64(match.2),
      // Of a decimal, a power or a version the end says nothing by itself.
      match.1.firstMatch(of: /(?:[0-9]\.|[0-9][eE][-+]?|(?:^|[-_.])v)$/) == nil
    else { return }
    seed = number
    parts[parts.count - 1] = String(match.1)
    family = parts.joined(separator: "/")
  }

  /// Files that are named instead of their folders.
  private static let files = ["progress.csv", "monitor.csv", "evaluations.npz"]
}
