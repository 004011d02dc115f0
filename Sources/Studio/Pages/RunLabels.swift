import Tracker

/// The fields that tell groups of runs apart.
struct RunLabels {
  /// What an agent in an environment is: others have other parameters, which tells nothing that their names do not.
  private struct Subject: Hashable {
    var agent: FieldValue?
    var environment: FieldValue?

    init(_ row: RunFields) { (agent, environment) = (row["agent"], row["environment"]) }
  }

  fileprivate struct Differences {
    var first: [String: FieldValue] = [:]
    var counts: [String: Int] = [:]
    var names: Set<String> = []
    var rows = 0
    /// Parameters that have said the budget so far.
    var budgets: Set<String>?
  }

  /// All of them, in the order in which they are sorted and read.
  let names: [String]
  /// nil where all groups are told apart by the same.
  private let own: [Subject: Set<String>]?

  init(_ names: [String]) { (self.names, own) = (names, nil) }

  /// Agent and environment where they differ, and the parameters that differ among runs of the same.
  init(differing rows: [RunFields], except ignored: Set<String>) {
    var all: [Subject: Differences] = [:]
    for row in rows { all[Subject(row), default: Differences()].add(row) }
    let own = all.mapValues { $0.found.subtracting(ignored) }
    var names: [String] = []
    if Set(all.keys.map(\.agent)).count > 1 { names.append("agent") }
    if Set(all.keys.map(\.environment)).count > 1 { names.append("environment") }
    self.names = names + Set(own.values.joined()).sorted()
    self.own = own
  }

  /// Those of a run's group.
  func names(for run: RunFields) -> [String] {
    guard let own else { return names }
    let differing = own[Subject(run)] ?? []
    return names.filter { $0 == "agent" || $0 == "environment" || differing.contains($0) }
  }
}

extension RunLabels.Differences {
  fileprivate mutating func add(_ row: RunFields) {
    rows += 1
    let budget = row["budget"]
    var saying: Set<String> = []
    for (name, value) in row.all where name == "budget" || name.hasPrefix("params.") {
      counts[name, default: 0] += 1
      if name != "budget", value == budget { saying.insert(name) }
      if let known = first[name] {
        if known != value { names.insert(name) }
      } else {
        first[name] = value
      }
    }
    budgets = budgets?.intersection(saying) ?? saying
  }

  /// What not all runs share; the budget only where no parameter says it.
  fileprivate var found: Set<String> {
    var found = names
    for (name, count) in counts where count < rows && name != "budget" { found.insert(name) }
    if !(budgets ?? []).isEmpty { found.remove("budget") }
    return found
  }
}
