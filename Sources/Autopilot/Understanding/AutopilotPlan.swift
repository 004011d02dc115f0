import Datasets
import Models
import Settings
import Telemetry

/// What Autopilot understood of a table, and what it is about to do: written out, edited and given back, or run at once. Every
/// entry can be overruled.
package struct AutopilotPlan: Codable, Hashable, Sendable {
  /// How much is spent on a better answer.
  package enum Preset: String, Codable, Sendable, CaseIterable {
    /// Two models of each kind, three folds.
    case quick
    /// The portfolio, then a search around what did well; several models together only where they are better for certain.
    case balanced
    /// Several models together in any case.
    case best
  }

  /// A column that is no feature.
  package struct LeftOut: Codable, Hashable, Sendable {
    package var column: String
    package var reason: String

    package init(column: String, reason: String) { (self.column, self.reason) = (column, reason) }
  }

  /// A candidate of known settings.
  package struct Fixed: Codable, Hashable, Sendable {
    package var candidate: String
    package var settings: [String: HyperparameterValue]
  }

  package var target: String
  package var task: PredictionTask
  /// The shares, ascending, whose quantiles are predicted; nil for another task.
  package var quantiles: [Double]?
  /// What models are judged by: a measure of `FitScores`.
  package var metric: String
  /// The share of the rows that nothing is fitted to, and that judges the answer once; 0: none.
  package var test: Double
  /// Folds that judge each candidate.
  package var folds: Int
  /// Rows that a candidate is fitted to at most; nil: all.
  package var rows: Int?
  /// The column in whose order rows are split; nil: rows are drawn.
  package var time: String?
  /// The column whose rows of one value stay together; nil: rows are independent.
  package var group: String?
  package var leftOut: [LeftOut]
  /// Columns of texts, of whose words features are made; nil: there are none.
  package var texts: [String]?
  /// The models that are tried.
  package var models: [String]
  package var preset: Preset
  /// Whether the answer is fitted once more to all rows; if not, the models of its folds predict together.
  package var refit: Bool
  /// Trials at most.
  package var trials: Int
  /// Seconds for all of it; nil: as long as the trials take.
  package var seconds: Double?
  /// Whether candidates are fitted to a part of the rows first, where these are many, and only the better ones to all; nil: no.
  package var halving: Bool?
  /// What mistakes cost, as `fp=1,fn=10`; nil: all cost the same.
  package var cost: String?
  /// The class that `cost` calls positive; nil: the second one.
  package var positive: String?
  /// Milliseconds that the prediction of a row may take; nil: no limit.
  package var maximumPredictMilliseconds: Double?
  /// A column whose groups are compared in the end, as for fairness; nil: none.
  package var fairness: String?
  /// The only candidates to try; nil: the portfolio, and what the search comes to.
  package var only: [Fixed]?
  /// What was noticed of the table, a sentence each. They change nothing.
  package var notes: [String]

  enum CodingKeys: String, CodingKey, CaseIterable {
    case target, task, quantiles, metric, test, folds, rows, time, group
    case leftOut = "left_out"
    case texts, models, preset, refit, trials, seconds, halving, cost, positive
    case maximumPredictMilliseconds = "max_predict_ms"
    case fairness, only, notes
  }

  /// Whether lower values of the metric are better.
  package var isMinimized: Bool { Metric("final/validation/\(metric)").isMinimized }
  package var direction: ScoreDirection { isMinimized ? .minimize : .maximize }
}
