import DataVersions
import Tracker

/// What a version was made from, and what was made of it: versions and runs.
///
///     let lineage = try DataLineage(of: version, in: store)
///     for run in lineage.runs { print(run.id) }
package struct DataLineage {
  /// Versions that the version was made from, and those these were made from, the nearest first.
  package var ancestors: [DataVersion.Parent] = []
  /// Versions that were made from it, directly or not.
  package var descendants: [DataVersion] = []
  /// Runs that saw it: fits of its rows, or with it as validation rows, evaluations, and other steps of workflows.
  package var runs: [RunRecord] = []

  package init(of version: DataVersion, in store: Store) throws {
    let repository = DataRepository(store: store.path)
    var all: [DataVersion] = []
    for name in try repository.names() { all += try repository.dataSet(name).allVersions() }
    var found: Set<String> = []
    var waiting = version.parents
    while !waiting.isEmpty {
      let parent = waiting.removeFirst()
      guard found.insert("\(parent.reference)").inserted else { continue }
      ancestors.append(parent)
      waiting += all.first { $0.reference == parent.reference }?.parents ?? []
    }
    var known: Set = ["\(version.reference)"]
    // Versions are made after their parents.
    for candidate in all.sorted(by: { ($0.created, $0.number) < ($1.created, $1.number) })
    where candidate.parents.contains(where: { known.contains("\($0.reference)") }) {
      known.insert("\(candidate.reference)")
      descendants.append(candidate)
    }
    let name = "\(version.reference)"
    runs = try store.runs().filter { record in
      ["data", "validation-data"].contains { record.description.protocolSettings[$0] == .text(name) }
    }
  }
}
