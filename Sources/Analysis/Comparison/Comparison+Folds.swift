import Formats
import Foundation
import Telemetry
import Tracker
import Validation

extension Comparison {
  /// How a group did over the folds of its fits, and how far it is from the best group with the same folds.
  package struct FoldRow: Sendable, Codable, Hashable {
    package var group: String
    /// Of all its runs.
    package var folds: Int
    package var mean: Double
    /// 95 % corrected resampled t interval; nil for a single fold.
    @NullWritten package var low: Double?
    @NullWritten package var high: Double?
    /// The group that it is compared with; nil for that group itself, and where nothing is comparable.
    @NullWritten package var best: String?
    /// The mean of the differences of its folds from those of `best`, fold by fold.
    @NullWritten package var difference: Double?
    @NullWritten package var differenceLow: Double?
    @NullWritten package var differenceHigh: Double?
    /// Of the corrected resampled t-test that there is no difference.
    @NullWritten package var p: Double?
    /// `best`, `worse`, `not distinguishable`, or `not compared`.
    package var verdict: String
  }

  /// A row for each group of fits with folds, and a sentence about those that have the same folds and no seed in common.
  ///
  /// Folds are paired where data, target, seeds, folds and repeats are the same. `made` has the best group first.
  static func folds(
    _ made: [(group: Group, records: [RunRecord])], _ metric: Metric
  ) -> (rows: [FoldRow], notes: [String]) {
    guard let name = FoldScores.name(of: metric) else { return ([], []) }
    struct Member {
      var label: String
      var family: FoldFamily
      var bySeed: [UInt64: FoldScores]
      var all: ResampledMean
      var count: Int
    }
    let members: [Member] = made.compactMap { group, records in
      var bySeed: [UInt64: FoldScores] = [:]
      // Of runs that share a seed the last.
      for record in records { if let scores = FoldScores(record, name) { bySeed[record.description.seed] = scores } }
      guard let all = joined(bySeed.keys.sorted().map { bySeed[$0]! }) else { return nil }
      let mean = ResampledMean(all.values, testToTraining: all.ratio).clamped(to: ResampledMean.range(of: name))
      return Member(
        label: group.label, family: FoldFamily(records[0].description), bySeed: bySeed, all: mean,
        count: all.values.count)
    }
    let isMinimized = metric.isMinimized
    var (rows, notes): ([FoldRow], [String]) = ([], [])
    for family in uniqued(members.map(\.family)) {
      let own = members.filter { $0.family == family }
        .sorted { isMinimized ? $0.all.mean < $1.all.mean : $0.all.mean > $1.all.mean }
      for (place, member) in own.enumerated() {
        var row = FoldRow(
          group: member.label, folds: member.count, mean: member.all.mean, low: member.all.low, high: member.all.high,
          verdict: place == 0 && own.count > 1 ? "best" : "not compared")
        if place > 0 {
          let best = own[0]
          let seeds = Set(member.bySeed.keys).intersection(best.bySeed.keys).sorted()
          if let pairs = joined(seeds.compactMap { difference(member.bySeed[$0]!, best.bySeed[$0]!) }) {
            let difference = ResampledMean(pairs.values, testToTraining: pairs.ratio)
            row.best = best.label
            (row.difference, row.p) = (difference.mean, difference.p)
            (row.differenceLow, row.differenceHigh) = (difference.low, difference.high)
            let isWorse = isMinimized ? difference.mean > 0 : difference.mean < 0
            row.verdict = difference.differsFromZero ? isWorse ? "worse" : "better" : "not distinguishable"
          } else {
            notes.append(
              "\(member.label) and \(best.label) are not compared fold by fold: no seed in common.")
          }
        }
        rows.append(row)
      }
    }
    return (rows, notes)
  }

  private static func difference(_ one: FoldScores, _ other: FoldScores) -> FoldScores? {
    guard one.values.count == other.values.count else { return nil }
    var difference = one
    difference.values = zip(one.values, other.values).map { $0 - $1 }
    return difference
  }

  private static func joined(_ scores: [FoldScores]) -> (values: [Double], ratio: Double)? {
    scores.isEmpty ? nil : (scores.flatMap(\.values), Formats.mean(scores.map(\.testToTraining)))
  }

  private static func uniqued(_ families: [FoldFamily]) -> [FoldFamily] {
    families.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  /// Nil where no group has folds.
  var foldsTable: TextTable? {
    if folds.isEmpty { return nil }
    var table = TextTable(
      ["group", "folds", "mean [95 %]", "from the best [95 %]", "p", "verdict"], dispensable: ["p", "folds"])
    let digits = folds.contains { abs($0.mean) >= 10 } ? 2 : 4
    func number(_ value: Double) -> String { String(format: "%.\(digits)f", value) }
    for row in folds {
      table.add([
        row.group, "\(row.folds)", withInterval(row.mean, row.low, row.high, number),
        row.difference.map {
          withInterval($0, row.differenceLow, row.differenceHigh) { String(format: "%+.\(digits)f", $0) }
        }
          ?? "–",
        row.p.map { $0 < 0.0005 ? "< 0.001" : String(format: "%.3f", $0) } ?? "–", row.verdict,
      ])
    }
    return table
  }
}

/// The settings shared by fits whose folds have the same rows for the same seed.
private struct FoldFamily: Hashable {
  private let target: String
  private let evaluation: [String: String]

  init(_ description: RunDescription) {
    target = GroupKey.unversioned(description.target)
    evaluation = description.evaluationSettings.mapValues { "\($0)" }
  }
}
