import Formats
import Validation

/// What an Autopilot came to: everything that its page, its terminal output and other programs are made of.
package struct AutopilotReport: Codable, Hashable, Sendable {
  /// A candidate on the leaderboard, judged by rows that it was not fitted to.
  package struct Entry: Codable, Hashable, Sendable {
    /// `gbdt 7`; `ensemble` and `stack` are several models together.
    package var name: String
    /// nil for several models together.
    @NullWritten package var run: String?
    package var model: String
    package var settings: [String: String]
    /// The mean over the folds, by the metric of the plan.
    package var score: Estimate
    /// How much worse it is than the best one, of the same folds; above 0 is worse. nil for the best.
    @NullWritten package var behind: Estimate?
    /// Whether the folds do not tell it from the best one. True for the best one.
    package var isAmongBest: Bool
    package var fitSeconds: Double
    /// Of one row, among many.
    package var predictMilliseconds: Double
    /// Its weight in the answer; 0 where it has no part in it. Below 0 a model takes away what others have too much of.
    package var weight: Double
  }

  /// The answer on the rows that were set aside, and on nothing else.
  package struct Test: Codable, Hashable, Sendable {
    package struct Score: Codable, Hashable, Sendable {
      package var name: String
      package var answer: Estimate
      /// What predicts without looking at a feature: the shares of the classes, the mean.
      package var baseline: Double
    }

    /// One of the quantiles that are predicted.
    package struct Quantile: Codable, Hashable, Sendable {
      package var share: Double
      /// How many of the rows lie at it or below, which `share` of them should.
      package var coverage: Estimate
      package var pinballLoss: Estimate
      /// The pinball loss of the quantile of all rows.
      package var baseline: Double

      /// Whether so many rows lie below it that chance does not explain it.
      package var isOff: Bool { (coverage.low ?? 0) > share || (coverage.high ?? 1) < share }
    }

    package var rows: Int
    /// The plan's metric first.
    package var scores: [Score]
    /// `the shares of the classes`, `the mean`, `the last value`
    package var baselineName: String
    /// By how much the loss of a row is lower than the baseline's.
    package var improvement: Estimate
    /// Whether the interval of the improvement lies above 0.
    package var isBetterThanBaseline: Bool
    /// The share of the rows whose interval, or set of classes, holds the truth, where `asked` of them should.
    @NullWritten package var coverage: Estimate?
    package var coverageAsked: Double
    /// The mean width of intervals, or the mean number of classes in a set.
    @NullWritten package var intervalWidth: Double?
    /// Ascending in their shares; nil where none are predicted.
    package var quantiles: [Quantile]?
    /// Predicted probabilities against how often it was so, in tenths; empty for numbers.
    package var reliability: [ReliabilityBin]
    /// Rows by truth and prediction, for classes: `[truth][predicted]`; empty for numbers, and for more than 20 classes.
    package var confusion: [[Int]]
  }

  package struct ReliabilityBin: Codable, Hashable, Sendable {
    package var rows: Int
    package var predicted: Double
    package var observed: Double
  }

  /// What the answer goes by.
  package struct Importance: Codable, Hashable, Sendable {
    package var column: String
    /// By how much the plan's metric gets worse where the column's values are shuffled.
    package var loss: Estimate
  }

  /// What a column adds to predictions.
  package struct Contribution: Codable, Hashable, Sendable {
    package var column: String
    /// The mean size of its Shapley values: of probabilities, or in units of the target.
    package var size: Double
  }

  /// Rows with something in common, on which the answer does worse than elsewhere.
  package struct Segment: Codable, Hashable, Sendable {
    /// `region = 'north'`, `age ≤ 25`
    package var condition: String
    package var rows: Int
    /// The mean loss of a row there, and of all rows.
    package var loss: Estimate
    package var overall: Double
  }

  /// A group of the column that was named for fairness.
  package struct Group: Codable, Hashable, Sendable {
    package var value: String
    package var rows: Int
    /// By the plan's metric.
    package var score: Estimate
    /// The share of the rows that are predicted as the positive class, or the mean prediction.
    package var predicted: Double
    /// The share that is of it, or the mean of the target.
    package var observed: Double
  }

  /// A row that the answer is wrong about, and sure of.
  package struct Row: Codable, Hashable, Sendable {
    /// Counted from 1, as in the data.
    package var row: Int
    package var truth: String
    package var prediction: String
    package var loss: Double
  }

  /// A candidate that came to no score.
  package struct Failure: Codable, Hashable, Sendable {
    package var run: String
    package var reason: String
  }

  /// How good a model of so many rows is.
  package struct CurvePoint: Codable, Hashable, Sendable {
    package var rows: Int
    package var score: Estimate
  }

  package var data: String
  package var rows: Int
  package var columns: Int
  /// Of classification, as in the target; empty for numbers.
  package var classes: [String]
  package var plan: AutopilotPlan
  /// The rows that candidates were judged by.
  package var judgedRows: Int
  /// Trials that came to a score, and those that did not.
  package var finishedTrials: Int
  package var failedTrials: Int
  /// The first of those that did not; nil in reports of earlier programs.
  package var failures: [Failure]?
  package var seconds: Double
  /// Why the search ended before its trials were done; nil where it did them all.
  @NullWritten package var endedBecause: String?
  /// The best first; the ensemble is among them.
  package var leaderboard: [Entry]
  /// The name of the entry that predicts.
  package var answer: String
  /// Why this one, in a sentence.
  package var answerBecause: String
  /// Whether each model was fitted once more to all rows, instead of the models of the folds predicting together.
  package var isRefitted: Bool
  /// The simplest one that the folds do not tell from the best; may be the answer.
  package var simplest: String
  @NullWritten package var test: Test?
  /// By how much the loss of a row is lower than the baseline's, where the folds predict it.
  @NullWritten package var improvementInFolds: Estimate?
  package var importance: [Importance]
  /// The largest first; empty where it was not looked at.
  package var contributions: [Contribution]
  package var segments: [Segment]
  package var worstRows: [Row]
  package var groups: [Group]
  package var curve: [CurvePoint]
  /// Rows whose labels are doubtful; 0 where there are none, or numbers are predicted.
  package var doubtfulLabels: Int
  /// Commands that do the same by hand, one after the other.
  package var commands: [String]
}

extension AutopilotReport {
  /// Whether it is reliably better than what looks at no column: on the rows that were set aside, or else in the folds.
  package var isBetterThanBaseline: Bool {
    test?.isBetterThanBaseline ?? ((improvementInFolds?.low ?? 1) > 0)
  }
}
