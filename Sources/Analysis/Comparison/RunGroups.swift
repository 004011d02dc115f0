import Tracker

/// Runs by configuration, as tables and pictures part them: those of a group differ by their seed only.
package struct RunGroups: Sendable {
  package struct Group: Sendable, Hashable {
    /// What tells it from the others, `ppo learning_rate=0.001`.
    package var label: String
    package var environment: String
    /// Ids, in the order in which the runs were given.
    package var runs: [String]
  }

  /// Sorted by environment and label.
  package let groups: [Group]

  package init(of records: [RunRecord]) {
    let found = GroupKey.groups(of: records, areExtensionsApart: false) { $0 }
    let labels = GroupLabels(found)
    groups = found.map { key, runs in
      Group(label: labels[key], environment: key.environment, runs: runs.map(\.id))
    }.sorted { ($0.environment, $0.label, $0.runs[0]) < ($1.environment, $1.label, $1.runs[0]) }
  }
}
