import Formats
import Telemetry
import Tracker
import Validation

/// The scores of a fit's folds, as its run recorded them.
package struct FoldScores: Hashable, Sendable {
  /// Fold by fold.
  package var values: [Double]
  /// The test rows as a share of the training rows, the mean over the folds.
  package var testToTraining: Double
  private let name: String

  /// Of the score `name`, as `accuracy`; nil for a run without folds, or where not every fold has such a score.
  package init?(_ record: RunRecord, _ name: String) {
    guard let test = record.series(.foldTestRows), let training = record.series(.foldTrainingRows),
      let scores = record.series(Metric("fold/\(name)")), !scores.values.isEmpty,
      scores.values.count == test.values.count, training.values.count == test.values.count,
      scores.values.allSatisfy(\.isFinite), training.values.allSatisfy({ $0 > 0 })
    else { return nil }
    values = scores.values
    testToTraining = mean(zip(test.values, training.values).map { $0 / $1 })
    self.name = name
  }

  /// What the metric of a run's score is called of a fold: `accuracy` of `final/validation/accuracy`.
  package static func name(of metric: Metric) -> String? {
    let prefix = "final/validation/"
    return metric.name.hasPrefix(prefix) ? String(metric.name.dropFirst(prefix.count)) : nil
  }

  /// The mean with its 95 % interval.
  package var mean95: ResampledMean {
    ResampledMean(values, testToTraining: testToTraining).clamped(to: ResampledMean.range(of: name))
  }
}
