import BLASBridge
import Datasets
import Learning
import Telemetry

/// How good a model's outputs are on some rows, by the field's measures.
public struct FitScores: Sendable, Hashable {
  /// By name: `accuracy`, `balanced_accuracy`, `log_loss`, `roc_auc`, …, or `mse`, `mae`, `r2`.
  public var values: [(name: String, value: Double)] { named.map { ($0.name, $0.value) } }
  /// nil for a regression.
  public let confusion: ConfusionMatrix?
  private let named: [Named]

  private struct Named: Hashable {
    var name: String
    var value: Double
  }

  /// Of a classification: probabilities `[n, classes]` for class indices. Of scores per class only the defined ones.
  init(truth: [Int], probabilities: Matrix<Float>, classes: [String]) {
    let count = classes.count
    let predicted = (0..<truth.count).map { row in
      (0..<count).reduce(0) { probabilities[row, $1] > probabilities[row, $0] ? $1 : $0 }
    }
    let matrix = ConfusionMatrix(truth: truth, predicted: predicted, classes: count)
    var named = [
      Named(name: "accuracy", value: matrix.accuracy), Named(name: "balanced_accuracy", value: matrix.balancedAccuracy),
      Named(name: "macro_f1", value: matrix.macroF1),
      Named(name: "log_loss", value: Scores.logLoss(truth, probabilities)),
    ]
    if count == 2, Set(truth).count == 2 {
      let scores = (0..<truth.count).map { probabilities[$0, 1] }
      named.append(Named(name: "roc_auc", value: Scores.rocAUC(truth.map { $0 == 1 }, scores)))
      named.append(Named(name: "pr_auc", value: Scores.prAUC(truth.map { $0 == 1 }, scores)))
    }
    for (index, label) in classes.enumerated() {
      if matrix.predictions(index) > 0 {
        named.append(Named(name: "precision/\(label)", value: matrix.precision(index)))
      }
      if matrix.support(index) > 0 { named.append(Named(name: "recall/\(label)", value: matrix.recall(index))) }
      if matrix.support(index) + matrix.predictions(index) > 0 {
        named.append(Named(name: "f1/\(label)", value: matrix.f1(index)))
      }
    }
    self.named = named
    confusion = matrix
  }

  /// Of a regression.
  init(truth: [Float], predicted: [Float]) {
    named = [
      Named(name: "mse", value: Scores.meanSquaredError(truth, predicted)),
      Named(name: "mae", value: Scores.meanAbsoluteError(truth, predicted)),
      Named(name: "r2", value: Scores.r2(truth, predicted)),
    ]
    confusion = nil
  }

  func record(as part: String, step: Int, to sink: any MetricSink) {
    for score in named where score.value.isFinite {
      sink.record(Metric("\(part)/\(score.name)"), score.value, step: step)
    }
  }
}
