import Datasets
import Formats

/// Fails where the distance is large and not by chance: both its size and its probability are looked at.
package struct DriftExpectation: Expectation {
  package static let name = "drift"
  package static let summary = "values are distributed as in another table (KS or PSI)"
  package enum CodingKeys: String, CodingKey, CaseIterable { case column, table, key, test, effect, p }

  package enum Test: String, Codable, Sendable {
    /// Kolmogorov and Smirnov's, of numbers and dates.
    case ks
    /// The population stability index: of numbers and dates in the deciles of the other table, or of categories.
    case psi
  }

  package let column: String
  /// The name of the other table.
  package let table: String
  /// The column there; by default one with the same name.
  package let key: String?
  package let test: Test
  /// The distance from which on it fails; 0.1 for `ks` and 0.2 for `psi` by default.
  package let effect: Double?
  /// The probability, of two samples of one distribution, below which it fails; 0.01 by default.
  package let p: Double?
  package var neededColumns: [String] { [column] }

  package init(
    column: String, table: String, key: String? = nil, test: Test, effect: Double? = nil, p: Double? = nil
  ) {
    (self.column, self.table, self.key, self.test, self.effect, self.p) = (column, table, key, test, effect, p)
  }

  package func problem(in data: CheckedTable) -> String? {
    if let problem = data.problem(ofReference: table, column: key ?? column) { return problem }
    if let effect, !(effect >= 0) { return "the effect is a number of at least 0" }
    if let p, !(0...1).contains(p) { return "p is a number from 0 to 1" }
    guard let found = data.column(column), let other = data.reference(table, key ?? column),
      found.meaning != .nothing, other.meaning != .nothing
    else { return nil }
    if found.isDate != other.isDate { return "\(quoted(column)) does not hold the same kind of values in both tables" }
    return test == .ks && found.isDate == nil ? "ks needs numbers or dates; psi takes categories, too" : nil
  }

  package func failures(in data: CheckedTable) -> [ExpectationFailure] {
    guard let found = data.column(column), let other = data.reference(table, key ?? column),
      let (effect, p) = distance(found, other)
    else { return [] }
    let (limit, level) = (self.effect ?? (test == .ks ? 0.1 : 0.2), self.p ?? 0.01)
    if effect < limit || p >= level { return [] }
    return [
      ExpectationFailure(
        Self.self, column: column, rows: [], of: found.count,
        "distributed otherwise than in \(quoted(table)): \(test == .ks ? "KS" : "PSI") \(rounded(effect)), at least "
          + "\(shortest(limit)), p \(p < 1e-4 ? "< 0.0001" : rounded(p))")
    ]
  }

  /// nil where one of them has no values.
  private func distance(_ found: CheckedColumn, _ other: CheckedColumn) -> (effect: Double, p: Double)? {
    if found.isDate != nil, other.isDate != nil {
      let (a, b) = (found.values.filter { !$0.isNaN }, other.values.filter { !$0.isNaN })
      if a.isEmpty || b.isEmpty { return nil }
      if test == .ks { return DistributionDistance.kolmogorovSmirnov(a, b) }
      let sorted = b.sorted()
      let edges = (1..<10).map { sorted[$0 * sorted.count / 10] }
      func bins(_ values: [Double]) -> [Int] {
        values.reduce(into: [Int](repeating: 0, count: 10)) { bins, value in
          bins[edges.firstIndex { value < $0 } ?? 9] += 1
        }
      }
      return DistributionDistance.stabilityIndex(bins(a), bins(b))
    }
    var counts: [String: (a: Int, b: Int)] = [:]
    for row in 0..<found.count { if let text = found.text(row) { counts[text, default: (0, 0)].a += 1 } }
    for row in 0..<other.count { if let text = other.text(row) { counts[text, default: (0, 0)].b += 1 } }
    let levels = counts.keys.sorted().map { counts[$0]! }
    guard levels.contains(where: { $0.a > 0 }), levels.contains(where: { $0.b > 0 }) else { return nil }
    return DistributionDistance.stabilityIndex(levels.map(\.a), levels.map(\.b))
  }
}
