import Formats
import Foundation
import Randomness

/// How much of the scores' variance over the space each setting accounts for, by functional ANOVA (Hutter, Hoos and
/// Leyton-Brown 2014): a forest predicts scores, and the variance of its mean over all other settings is exact.
///
/// A setting that is only there under a condition counts for as much as that is met.
package struct SettingImportance: Sendable, Hashable, Codable {
  package struct Share: Sendable, Hashable, Codable {
    package var name: String
    package var share: Double
  }

  /// The most important first; they sum to 1.
  package private(set) var shares: [Share]
  /// The share of the variance that settings account for one at a time; the rest is what they do together.
  package private(set) var singly: Double

  private static let leastTrials = 8
  private static let trees = 64
  /// A tree grows on at most so many trials, drawn with replacement.
  private static let rowsPerTree = 2_000
  private static let points = 2_048

  /// Of the finished trials, of which a few disasters do not hide the rest; nil for fewer than eight or two a setting, and
  /// where no setting changes the score.
  package init?(_ space: SearchSpace, _ history: [Trial], seed: UInt64 = 0) {
    let coding = SpaceCoding(space)
    let binned = BinnedSpace(coding)
    var (bins, scores) = ([[Int]](), [Double]())
    for trial in history.sorted(by: { $0.number < $1.number }) {
      guard let score = trial.score, score.isFinite, let point = coding.point(of: trial.values) else { continue }
      bins.append(binned.bins(point, coding))
      scores.append(score)
    }
    guard scores.count >= max(Self.leastTrials, 2 * space.parameters.count) else { return nil }
    scores = Self.standardized(Self.withoutDisasters(scores))
    var generator = CounterGenerator(SeedSequence(seed).child(named: "importance"))
    let forest = (0..<Self.trees).map { _ in
      let rows = (0..<min(scores.count, Self.rowsPerTree)).map { _ in generator.integer(below: scores.count) }
      return RegressionTree(binned, bins, scores, rows: rows)
    }
    let variances = Self.variances(forest, binned)
    var ofParameters = [Double](repeating: 0, count: space.parameters.count)
    for (variance, dimension) in zip(variances, coding.dimensions) { ofParameters[dimension.parameter] += variance }
    let sum = ofParameters.reduce(0, +)
    guard sum > 1e-12 else { return nil }
    let whole = max(sum, Self.variance(forest, binned, coding))
    singly = sum / whole
    shares = zip(space.parameters, ofParameters).map { Share(name: $0.name, share: $1 / sum) }
      .enumerated().sorted { ($1.element.share, $0.offset) < ($0.element.share, $1.offset) }.map(\.element)
  }

  /// Scores beyond Tukey's outer fences count as the fences: a loss of 10⁹ would be all the variance there is.
  private static func withoutDisasters(_ scores: [Double]) -> [Double] {
    let sorted = scores.sorted()
    let (low, high) = (quantile(sorted, 0.25), quantile(sorted, 0.75))
    let reach = 3 * (high - low)
    guard reach > 0, reach.isFinite else { return scores }
    return scores.map { min(max($0, low - reach), high + reach) }
  }

  /// With mean 0 and variance 1, so that neither large nor tiny scores are lost to rounding; 0 where all are equal.
  private static func standardized(_ scores: [Double]) -> [Double] {
    let (low, high) = (scores.min()!, scores.max()!)
    let range = high - low
    guard range > 0, range.isFinite else { return scores.map { $0 == low ? 0 : $0 == high ? 1 : 0 } }
    let mean = scores.reduce(0) { $0 + ($1 - low) / range } / Double(scores.count)
    let centred = scores.map { ($0 - low) / range - mean }
    let deviation = (centred.reduce(0) { $0 + $1 * $1 } / Double(scores.count)).squareRoot()
    return centred.map { $0 / deviation }
  }

  /// Of the forest's mean over all other sides, for each side.
  private static func variances(_ forest: [RegressionTree], _ space: BinnedSpace) -> [Double] {
    var marginals = space.sides.map { [Double](repeating: 0, count: $0.weights.count) }
    for tree in forest { tree.addMarginals(space, to: &marginals) }
    return zip(space.sides, marginals).map { side, marginal in
      let means = marginal.map { $0 / Double(forest.count) }
      let mean = zip(side.weights, means).reduce(0) { $0 + $1.0 * $1.1 }
      return zip(side.weights, means).reduce(0) { $0 + $1.0 * ($1.1 - mean) * ($1.1 - mean) }
    }
  }

  /// Of the forest over the whole space, at points spread evenly.
  private static func variance(_ forest: [RegressionTree], _ space: BinnedSpace, _ coding: SpaceCoding) -> Double {
    let sequence = SobolSequence(dimensions: coding.dimensions.count, scrambledBy: SeedSequence(0))
    let values = (0..<points).map { index in
      let bins = space.bins(at: sequence.point(index), coding)
      return forest.reduce(0) { $0 + $1.predict(bins) } / Double(forest.count)
    }
    let mean = values.reduce(0, +) / Double(points)
    return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(points)
  }
}
