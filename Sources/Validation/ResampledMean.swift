import Formats

/// The mean of scores over folds, with the interval that overlapping training rows leave: the corrected resampled t interval
/// (Nadeau and Bengio 2003, "Inference for the Generalization Error").
///
/// The scores of J folds are not independent, for each row trains most of the models. Their variance s² therefore counts as
/// (1/J + n_test/n_train) s² for the mean, instead of s²/J.
package struct ResampledMean: Sendable, Codable, Hashable {
  package var mean: Double
  /// nil for fewer than two scores.
  @NullWritten package var low: Double?
  @NullWritten package var high: Double?
  /// Of a two-sided test that the mean is 0; nil for fewer than two scores.
  @NullWritten package var p: Double?

  /// `ratio` is the number of test rows as a share of the training rows. Traps without scores.
  package init(_ scores: [Double], testToTraining ratio: Double, level: Double = 0.95) {
    precondition(!scores.isEmpty, "there are no scores to average")
    let mean = Formats.mean(scores)
    self.mean = mean
    guard scores.count > 1 else { return }
    let squares = scores.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let variance = squares / Double(scores.count - 1)
    let error = ((1 / Double(scores.count) + ratio) * variance).squareRoot()
    let distribution = StudentT(degreesOfFreedom: Double(scores.count - 1))
    let reach = distribution.quantile(0.5 + level / 2) * error
    (low, high) = (mean - reach, mean + reach)
    p = error > 0 ? distribution.twoSided(mean / error) : mean == 0 ? 1 : 0
  }

  /// Whether the interval excludes 0; false without an interval.
  package var differsFromZero: Bool {
    guard let low, let high else { return false }
    return low > 0 || high < 0
  }

  /// The same, of a score that lies within a range.
  package func clamped(to range: ClosedRange<Double>) -> ResampledMean {
    var clamped = self
    clamped.low = low.map { min(max($0, range.lowerBound), range.upperBound) }
    clamped.high = high.map { min(max($0, range.lowerBound), range.upperBound) }
    return clamped
  }

  /// Between which values a score of this name can lie: `accuracy` from 0 to 1, `r2` up to 1.
  package static func range(of score: String) -> ClosedRange<Double> {
    switch score {
    case "accuracy", "balanced_accuracy", "macro_f1", "roc_auc", "pr_auc", "ndcg", "ece": 0...1
    case let name where name.hasSuffix("_coverage"): 0...1
    case let name where name.hasSuffix("_loss"): 0...Double.infinity
    case "r2": -Double.infinity...1
    case "mse", "rmse", "mae", "brier_score", "cost": 0...Double.infinity
    default: -Double.infinity...Double.infinity
    }
  }
}
