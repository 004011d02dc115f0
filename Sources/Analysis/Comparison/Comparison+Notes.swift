import Telemetry
import Tracker

extension Comparison {
  /// Once for all groups: who has few seeds.
  static func seedNotes(_ groups: [Group]) -> [String] {
    fewSeedsNote(groups.filter(\.isSmall).map { ($0.label, $0.seedCount) }).map { [$0] } ?? []
  }

  static func notes(_ group: Group, of records: [RunRecord], merging: Set<Merging>) -> [String] {
    var notes: [String] = []
    let seeds = group.seedCount
    if seeds < group.count {
      notes.append(
        "\(group.label) has \(group.count) runs of \(seeds) seed\(seeds == 1 ? "" : "s"): "
          + "runs that share a seed are not independent evidence.")
    }
    if merging.contains(.budget), Set(records.map(\.budget)).count > 1 {
      let budgets = Set(records.map(\.budget)).sorted().map(String.init)
      notes.append("\(group.label) has runs of different budgets: \(budgets.joined(separator: ", ")) steps.")
    }
    return notes
  }

  /// One sentence about all that have fewer than five seeds; nil where none has.
  static func fewSeedsNote(_ small: [(name: String, seeds: Int)]) -> String? {
    if small.isEmpty { return nil }
    let names = small.map { "\($0.name) (\($0.seeds))" }.joined(separator: ", ")
    let interval = small.contains { $0.seeds < fewestSeedsOfInterval }
    return "Fewer than 5 seeds say little about the next one: \(names)."
      + (interval ? " Fewer than \(fewestSeedsOfInterval) give no interval: –." : "")
  }
}
