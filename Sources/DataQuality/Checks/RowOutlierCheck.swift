import BLASBridge
import Datasets
import Formats
import Foundation
import Learning

/// Looks at columns of numbers and dates together, with an isolation forest and along each principal component.
///
/// Values count by their ranks, as if all columns were normally distributed, so that a heavy tail is nobody's fault; and the
/// ranks by their principal components, so that a small weight of a large person is at the edge.
package enum RowOutlierCheck: DataCheck {
  package static let name = "row-outliers"
  package static let summary = "rows whose numbers are usual one by one, but not together"

  private static let leastRows = 200
  private static let mostColumns = 50
  /// Along components of less, ranks are curved rather than far apart.
  private static let leastVariance = 0.02
  private static let forest = {
    var forest = IsolationForest()
    forest.trees = 200
    // More rows a tree than usual: what is far out must be in the tree to be far out there.
    forest.samples = 1_024
    return forest
  }()

  package static func look(at data: CheckedTable) -> CheckOutcome {
    let measured = data.columns.filter { $0.isMeasured && $0.name != data.options.target }.prefix(mostColumns)
    // A column with values in few rows, or few values, says little of what is usual.
    let columns = measured.filter { column in
      2 * column.values.count { !$0.isNaN } >= column.count && hasDistinct(column.values, 20)
    }
    guard columns.count >= 2, data.table.rowCount >= leastRows else { return .issues([]) }
    let ranks = columns.map { Self.ranks(of: $0.values) }
    guard let (components, variances) = try? Self.components(of: ranks) else {
      return .skipped("the correlations have no eigenvalues")
    }
    // Columns that are one and the same say no more than one.
    if variances.count < 2 { return .issues([]) }
    let scores = forest.fit(components, seed: 0).scores(components)
    let alone = Set(columns.flatMap { OutlierRule($0.values).places })
    // A row far out in one direction only takes a forest long to reach.
    let straight = variances.indices.filter { variances[$0] >= leastVariance }.flatMap { component in
      OutlierRule((0..<components.rows).map { Double(components[$0, component]) }).places
    }
    let found = Set(outliers(scores) + straight).subtracting(alone)
      .sorted { (scores[$0], $0) < (scores[$1], $1) }
    // Many are a part of the table.
    if found.isEmpty || 20 * found.count > scores.count { return .issues([]) }
    let evidence = found.prefix(20).map { row in
      "row \(row), score \(rounded(scores[row])): \(extremes(columns, ranks, row))"
    }
    let few = found.count <= 10_000
    return .issues([
      DataIssue(
        self, column: nil, rows: found.sorted(),
        "\(rowsText(found.count, "is", "are")) far from all others in \(columns.count) columns taken together",
        evidence: evidence, repairs: few ? [DropRows(rows: found.sorted())] : [])
    ])
  }

  /// Those that score below a bound which the number of rows moves.
  static func outliers(_ scores: [Double]) -> [Int] {
    let sorted = scores.sorted()
    let middle = sorted[sorted.count / 2]
    // 2.5 % of normal numbers lie further out than 1.96 standard deviations.
    let deviation = (middle - sorted[Int((0.025 * Double(sorted.count - 1)).rounded())]) / 1.96
    let limit = (2 * log(Double(scores.count))).squareRoot() + 0.5
    guard deviation > 0 else { return [] }
    let bound = middle - limit * deviation
    return scores.indices.filter { scores[$0] < bound }
  }

  private static func hasDistinct(_ values: [Double], _ count: Int) -> Bool {
    var seen: Set<Double> = []
    for value in values where !value.isNaN && seen.insert(value).inserted && seen.count >= count { return true }
    return false
  }

  /// Of each value where it would stand among normally distributed ones, equal values sharing a place; 0 for a missing one.
  private static func ranks(of values: [Double]) -> [Double] {
    let order = values.indices.filter { !values[$0].isNaN }.sorted { values[$0] < values[$1] }
    var result = [Double](repeating: 0, count: values.count)
    var start = 0
    while start < order.count {
      var end = start + 1
      while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
      let share = Double(start + end) / 2 / Double(order.count)
      // Tukey's lambda distribution, whose quantiles are the normal ones to about 0.01.
      let rank = 4.91 * (pow(share, 0.14) - pow(1 - share, 0.14))
      for place in start..<end { result[order[place]] = rank }
      start = end
    }
    return result
  }

  /// Principal components of unit variance, `[n, d]` at most. Directions in which ranks hardly differ are held back.
  private static func components(of ranks: [[Double]]) throws -> (Matrix<Float>, variances: [Double]) {
    let (n, d) = (ranks[0].count, ranks.count)
    let lengths = ranks.map { max($0.reduce(0) { $0 + $1 * $1 }.squareRoot(), .leastNormalMagnitude) }
    let correlations = Matrix<Double>(rows: d, columns: d)
    for i in 0..<d {
      for j in 0...i {
        let product = zip(ranks[i], ranks[j]).reduce(0) { $0 + $1.0 * $1.1 } / lengths[i] / lengths[j]
        (correlations[i, j], correlations[j, i]) = (product, product)
      }
    }
    let (values, vectors) = try correlations.symmetricEigenvalues()
    // In the others ranks do not differ.
    let kept = (0..<d).filter { values[$0] > 1e-6 }
    let result = Matrix<Float>(rows: n, columns: kept.count)
    for (place, component) in kept.enumerated() {
      let scale = 1 / max(values[component], leastVariance).squareRoot()
      for row in 0..<n {
        var sum = 0.0
        for column in 0..<d { sum += ranks[column][row] * vectors[column, component] }
        result[row, place] = Float(sum * scale)
      }
    }
    return (result, kept.map { values[$0] })
  }

  /// The three values that are nearest to an end of their column.
  private static func extremes(_ columns: [CheckedColumn], _ ranks: [[Double]], _ row: Int) -> String {
    let told = columns.indices.sorted { abs(ranks[$0][row]) > abs(ranks[$1][row]) }.prefix(3)
    return told.map { column in
      let value = columns[column].values[row]
      return "\(columns[column].name) \(value.isNaN ? "missing" : columns[column].spelledOut(value))"
    }.joined(separator: ", ")
  }
}
