/// The costs of the two mistakes of a binary classification.
package struct MistakeCosts: Codable, Sendable, Hashable {
  /// Of a negative row that is predicted as positive.
  package var falsePositive: Double
  /// Of a positive row that is predicted as negative.
  package var falseNegative: Double

  package init(falsePositive: Double, falseNegative: Double) {
    (self.falsePositive, self.falseNegative) = (falsePositive, falseNegative)
  }

  /// The threshold of exact probabilities (Elkan 2001).
  package var threshold: Double { falsePositive / (falsePositive + falseNegative) }

  /// The mean over rows where those of at least `threshold` are taken for positive.
  package func mean(_ probabilities: [Double], _ isPositive: [Bool], threshold: Double) -> Double {
    zip(probabilities, isPositive).reduce(0) { sum, row in
      let taken = row.0 >= threshold
      return taken == row.1 ? sum : sum + (taken ? falsePositive : falseNegative)
    } / Double(probabilities.count)
  }

  /// The threshold of the least cost on these rows: in the middle of the gap between two probabilities; of equal ones the
  /// nearest to that of exact probabilities. Traps without rows.
  package func bestThreshold(_ probabilities: [Double], _ isPositive: [Bool]) -> Double {
    precondition(!probabilities.isEmpty && probabilities.count == isPositive.count, "no rows for a threshold")
    let order = probabilities.indices.sorted { probabilities[$0] > probabilities[$1] }
    let ideal = threshold
    // Nothing is positive at first, then one row after the other.
    var cost = falseNegative * Double(isPositive.count { $0 })
    var (least, best) = (cost, Double.nan)
    func consider(_ low: Double, _ high: Double, _ cost: Double) {
      let middle = low.isInfinite ? high : high.isInfinite ? low.nextUp : low + (high - low) / 2
      // Of a gap with the ideal one in it, that.
      let candidate = low < ideal && ideal <= high ? ideal : middle
      if cost < least || best.isNaN || cost == least && abs(candidate - ideal) < abs(best - ideal) {
        (least, best) = (cost, candidate)
      }
    }
    consider(probabilities[order[0]], .infinity, cost)
    for (place, row) in order.enumerated() {
      cost += isPositive[row] ? -falseNegative : falsePositive
      let next = place + 1 < order.count ? probabilities[order[place + 1]] : -.infinity
      if next < probabilities[row] { consider(next, probabilities[row], cost) }
    }
    return best
  }
}
