import Telemetry
import Tracker

/// The main cause of each run's trouble, several runs with the same cause in one line; runs without a finding are left out.
package struct CauseSummary: Sendable {
  /// A line each, not yet broken.
  package let lines: [String]

  /// `records` with the findings that their logs hold.
  package init(_ records: [RunRecord]) {
    var order: [String] = []
    var groups: [String: [(record: RunRecord, cause: Diagnosis.Cause)]] = [:]
    for record in records {
      guard let cause = Diagnosis(record.findings.map(\.finding), of: record).causes.first else { continue }
      if groups[cause.name] == nil { order.append(cause.name) }
      groups[cause.name, default: []].append((record, cause))
    }
    lines = order.flatMap { name -> [String] in
      let group = groups[name]!
      let (record, cause) = group[0]
      let seeds = group.map { String($0.record.description.seed) }
      let who =
        records.count == 1
        ? ""
        : seeds.count == 1 ? "seed \(seeds[0]): " : "\(seeds.count) of \(records.count) seeds (\(Self.list(seeds))): "
      return ["\(who)\(cause.line) More: rlrun debug \(record.id)"]
    }
  }

  /// At most eight of them.
  private static func list(_ seeds: [String]) -> String {
    seeds.count <= 8 ? seeds.joined(separator: ", ") : seeds.prefix(7).joined(separator: ", ") + ", …"
  }
}
