import Datasets
import Formats
import Foundation
import Randomness
import Validation

/// The rows with something in common that a model does worse on than on the others.
///
/// A segment is a level of a column of categories, a quarter of numbers or dates, the rows where a value is missing, or
/// those where it is not. So many are looked at that some do worse by chance; which is why each is compared with the worst
/// segment of the same rows with their losses shuffled (Westfall and Young 1993: the distribution of the maximum): where
/// losses have nothing to do with the columns, one table in twenty has a segment at all.
package struct Segments: Sendable {
  /// The most relevant first: those that add most to the sum of all losses.
  package private(set) var worst: [AutopilotReport.Segment] = []

  private static let shuffles = 399, level = 0.05
  /// Rows that take part in the test; more add seconds and hardly any certainty.
  private static let testedRows = 20_000
  private static let fewestRows = 20
  /// A segment with so much of the rows of one before it, as a share of both, says the same again; and so does one of which
  /// so much lies in one before it, unless it is worse by a quarter.
  private static let sameRows = 0.8, worseWithin = 1.25

  private struct Candidate {
    var condition: String
    var places: [Int]
    /// Those that take part in the test, by their place among them.
    var tested: [Int32] = []
    var mean = 0.0
  }

  /// - Parameters:
  ///   - rows: of the table, counted from 0; `losses` has one each, those that are not finite are left out.
  ///   - excluding: columns that are not looked at, as the target.
  package init(
    of table: Table, rows: [Int], losses: [Double], excluding: Set<String> = [], most: Int = 8, seed: UInt64 = 0
  ) {
    precondition(rows.count == losses.count, "\(rows.count) rows with \(losses.count) losses")
    let kept = rows.indices.filter { losses[$0].isFinite }
    let (rows, losses) = (kept.map { rows[$0] }, kept.map { losses[$0] })
    guard rows.count >= 2 * Self.fewestRows else { return }
    var generator = CounterGenerator(SeedSequence(seed).child(named: "segments"))
    let tested = Self.drawn(rows.count, &generator)
    var place = [Int32](repeating: -1, count: rows.count)
    for (index, row) in tested.enumerated() { place[row] = Int32(index) }

    let fewest = max(Self.fewestRows, rows.count / 500)
    var candidates: [Candidate] = []
    for (name, column) in zip(table.names, table.columns) where !excluding.contains(name) {
      let parts = ColumnParts(name, column, rows: rows)
      var found = parts.parts.map { Candidate(condition: $0.condition, places: $0.places) }
      if !parts.missing.isEmpty, !parts.present.isEmpty {
        found.append(Candidate(condition: "\(name) is not missing", places: parts.present))
      }
      for var candidate in found where candidate.places.count >= fewest && candidate.places.count <= rows.count - fewest
      {
        candidate.tested = candidate.places.compactMap { place[$0] < 0 ? nil : place[$0] }
        candidate.mean = candidate.places.reduce(0) { $0 + losses[$1] } / Double(candidate.places.count)
        if candidate.tested.count > 1, candidate.tested.count < tested.count { candidates.append(candidate) }
      }
    }
    guard !candidates.isEmpty else { return }
    let significant = Self.significant(candidates, tested.map { losses[$0] }, &generator)
    let overall = mean(losses)
    worst = Self.chosen(significant.map { candidates[$0] }, overall: overall, most: most).map { candidate in
      let mean = ResampledMean(candidate.places.map { losses[$0] }, testToTraining: 0)
      return AutopilotReport.Segment(
        condition: candidate.condition, rows: candidate.places.count,
        loss: .init(mean), overall: overall)
    }
  }

  /// The rows that are tested: all, or so many without replacement.
  private static func drawn(_ count: Int, _ generator: inout CounterGenerator) -> [Int] {
    var all = Array(0..<count)
    guard count > testedRows else { return all }
    for index in 0..<testedRows { all.swapAt(index, index + generator.integer(below: count - index)) }
    return Array(all[..<testedRows])
  }

  /// The candidates whose mean is higher than nearly all maxima of shuffled losses.
  private static func significant(
    _ candidates: [Candidate], _ losses: [Double], _ generator: inout CounterGenerator
  ) -> [Int] {
    let count = Double(losses.count)
    let (middle, deviation) = (mean(losses), standardDeviation(losses) ?? 0)
    guard deviation > 0 else { return [] }
    // Of the mean of so many rows, drawn without replacement.
    let errors = candidates.map { candidate in
      let size = Double(candidate.tested.count)
      return deviation * ((1 - size / count) / size).squareRoot()
    }
    func statistic(_ index: Int, _ losses: [Double]) -> Double {
      let tested = candidates[index].tested
      var sum = 0.0
      for place in tested { sum += losses[Int(place)] }
      return (sum / Double(tested.count) - middle) / errors[index]
    }
    let observed = candidates.indices.map { statistic($0, losses) }
    var above = [Int](repeating: 0, count: candidates.count)
    var shuffled = losses
    for _ in 0..<shuffles {
      for last in stride(from: shuffled.count - 1, to: 0, by: -1) {
        shuffled.swapAt(last, generator.integer(below: last + 1))
      }
      let most = candidates.indices.reduce(-Double.infinity) { max($0, statistic($1, shuffled)) }
      for index in above.indices where most >= observed[index] { above[index] += 1 }
    }
    return candidates.indices.filter { Double(above[$0] + 1) / Double(shuffles + 1) <= level }
  }

  /// By how much they add to all losses, without those that are nearly the same rows as one before.
  private static func chosen(_ candidates: [Candidate], overall: Double, most: Int) -> [Candidate] {
    func excess(_ candidate: Candidate) -> Double { Double(candidate.places.count) * (candidate.mean - overall) }
    var chosen: [(candidate: Candidate, rows: Set<Int>)] = []
    for candidate in candidates.sorted(by: { (-excess($0), $0.condition) < (-excess($1), $1.condition) }) {
      let rows = Set(candidate.places)
      let isNew = chosen.allSatisfy { other in
        let common = Double(rows.intersection(other.rows).count)
        if common >= sameRows * Double(rows.union(other.rows).count) { return false }
        let isWorse = candidate.mean - overall > worseWithin * (other.candidate.mean - overall)
        return isWorse || common < sameRows * Double(rows.count)
      }
      if isNew { chosen.append((candidate, rows)) }
      if chosen.count == most { break }
    }
    return chosen.map(\.candidate)
  }
}
