import Datasets
import Fitting
import Models
import Settings
import Telemetry

/// A measure that candidates are judged by.
struct JudgingMetric: Hashable, Sendable {
  let name: String

  static func all(of task: PredictionTask) -> [String] {
    switch task {
    case .classification: ["log_loss", "roc_auc", "accuracy", "balanced_accuracy", "macro_f1", "pr_auc"]
    case .regression: ["rmse", "mae", "r2"]
    case .quantile: ["pinball_loss"]
    }
  }

  /// Throws `AutopilotError` for one that the task does not have.
  init(_ name: String, _ task: PredictionTask) throws(AutopilotError) {
    let all = Self.all(of: task)
    guard all.contains(name) else {
      throw AutopilotError(
        "a \(task) is judged by \(all.joined(separator: ", ")), not by '\(name)'" + (didYouMean(name, among: all) ?? "")
      )
    }
    self.name = name
  }

  /// Where nobody names one.
  static func usual(for task: PredictionTask) -> String { task == .regression ? "rmse" : all(of: task)[0] }

  init(of plan: AutopilotPlan) throws(AutopilotError) { try self.init(plan.metric, plan.task) }

  /// Of runs: fits record the square of the RMSE.
  var recorded: Metric { name == "rmse" ? "final/validation/mse" : Metric("final/validation/\(name)") }
  /// Of a fit that is judged on the way, by the same measure.
  var ofRungs: Metric { Metric("\(FitConfiguration.rung)/\(name == "rmse" ? "mse" : name)") }
  var isMinimized: Bool { ["log_loss", "rmse", "mae", "pinball_loss"].contains(name) }
  var direction: ScoreDirection { isMinimized ? .minimize : .maximize }

  /// nil where it is not defined, as an area under a curve of one class.
  func value(_ scores: FitScores) -> Double? {
    name == "rmse" ? scores["mse"].map { $0.squareRoot() } : scores[name]
  }
}
