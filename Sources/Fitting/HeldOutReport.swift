import Formats
import Telemetry
import Validation

/// The calibration and cost metrics of a fit; no row takes part in fitting what it is judged by.
struct HeldOutReport {
  private var values: [(name: Metric, value: Double)] = []

  /// `folds`: the cost of each fold of all repeats; empty without folds.
  init(_ held: HeldOutRows, _ configuration: FitConfiguration, _ classes: [String], costs folds: [Double]) {
    let calibrated = held.calibrated(configuration.calibration)
    if configuration.calibration != nil {
      for (part, rows) in [("before", held), ("after", calibrated)] {
        guard case .classes(let probabilities, let labels) = rows.kind else { continue }
        let scores = CalibrationScores(probabilities, labels: labels)
        values += [
          (Metric("calibration/\(part)/log_loss"), scores.logLoss),
          (Metric("calibration/\(part)/brier_score"), scores.brierScore),
          (Metric("calibration/\(part)/ece"), scores.expectedCalibrationError),
        ]
      }
    }
    if let costs = configuration.costs, let positive = CostDecision.index(of: configuration.positive, classes),
      let decision = CostDecision(costs, configuration.positive, classes, calibrated)
    {
      values += [
        ("final/validation/cost", mean(folds.isEmpty ? calibrated.costs(costs, positive: positive) : folds)),
        ("final/validation/cost_at_half", calibrated.costAtHalf(costs, positive: positive)),
        ("final/validation/threshold", decision.threshold),
      ]
    }
  }

  func record(step: Int, to sink: any MetricSink) {
    for (name, value) in values { sink.record(name, value, step: step) }
  }
}
