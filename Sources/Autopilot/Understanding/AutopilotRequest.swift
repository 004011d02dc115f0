import Datasets
import Models

/// What a user asks of Autopilot; nil is for Autopilot to decide.
package struct AutopilotRequest: Sendable {
  package var target: String
  package var task: PredictionTask?
  package var quantiles: [Double]?
  package var metric: String?
  package var preset = AutopilotPlan.Preset.balanced
  package var trials: Int?
  package var seconds: Double?
  /// Monotonic seconds at which the time began to run; nil: it begins now.
  package var began: Double?
  package var halving = false
  package var test: Double?
  package var folds: Int?
  package var time: String?
  package var refit: Bool?
  package var group: String?
  /// Columns that are no features.
  package var dropped: [String] = []
  /// Columns that are features whatever speaks against them.
  package var kept: [String] = []
  package var models: [String]?
  package var cost: String?
  package var positive: String?
  package var maximumPredictMilliseconds: Double?
  package var fairness: String?

  package init(target: String) { self.target = target }
}
