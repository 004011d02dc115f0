/// How wrong a model was on rows that it was not fitted to, in ascending order, from which intervals and sets of classes with a
/// given coverage follow (split conformal prediction: Vovk et al. 2005; Lei et al. 2018).
///
/// Of numbers a score is the absolute residual; of classes it is 1 − the probability of the true one (Sadinle, Lei and Wasserman
/// 2019). Coverage is of rows that could have been among those scored as well: it does not hold for other times or places.
package struct ConformalScores: Sendable, Hashable {
  package let ascending: [Double]

  /// NaN is left out.
  package init(_ scores: [Double]) { ascending = scores.filter { !$0.isNaN }.sorted() }

  package init(truth: [Double], predicted: [Double]) { self.init(zip(truth, predicted).map { abs($0 - $1) }) }

  package init(_ probabilities: ClassProbabilities, labels: [Int]) {
    self.init(labels.enumerated().map { 1 - probabilities[$0.offset, $0.element] })
  }

  /// The score that the next row does not exceed with probability `coverage`: the ⌈(n + 1) coverage⌉th of n; nil where n are
  /// too few for it to be finite.
  package func quantile(coverage: Double) -> Double? {
    let rank = Self.rank(coverage, of: ascending.count)
    return rank <= ascending.count ? ascending[max(1, rank) - 1] : nil
  }

  /// The rows that a coverage takes at least.
  package static func fewestRows(for coverage: Double) -> Double {
    // ⌈(n + 1) c⌉ ≤ n
    ceiling(coverage / (1 - coverage))
  }

  private static func rank(_ coverage: Double, of count: Int) -> Int {
    Int(ceiling(Double(count + 1) * coverage))
  }

  /// Rounded up, where what is a whole number but for rounding is that number.
  private static func ceiling(_ value: Double) -> Double { (value * (1 - 1e-12)).rounded(.up) }

  /// The classes that a row's true one is among with the coverage of `quantile`; none where no class is probable enough.
  package static func set(_ probabilities: ArraySlice<Double>, quantile: Double) -> [Int] {
    probabilities.enumerated().filter { 1 - $0.element <= quantile }.map(\.offset)
  }
}
