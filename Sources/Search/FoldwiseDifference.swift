import Analysis
import Formats
import Telemetry
import Tuning
import Validation

extension ScoreDifference {
  /// How much better `runs` are than `others`, fold by fold: the same seed makes the same folds. nil where they have not the
  /// same seeds and folds.
  init?(foldByFold runs: [TrialRun], _ others: [TrialRun], _ direction: ScoreDirection) {
    let bySeed = Dictionary(others.map { ($0.seed, $0) }) { first, _ in first }
    guard !runs.isEmpty, runs.count == others.count else { return nil }
    var (differences, ratios) = ([Double](), [Double]())
    for run in runs {
      guard let own = run.folds, let theirs = bySeed[run.seed]?.folds, own.values.count == theirs.values.count else {
        return nil
      }
      differences += zip(own.values, theirs.values).map { direction.loss($1) - direction.loss($0) }
      ratios.append(own.testToTraining)
    }
    let paired = ResampledMean(differences, testToTraining: Formats.mean(ratios))
    self.init(mean: paired.mean, low: paired.low, high: paired.high)
  }
}
