import BLASBridge
import Datasets
import Formats
import Learning
import Telemetry

/// How good a model is on some rows, by the field's measures: accuracy and log loss, R² and RMSE.
///
/// ```swift
/// let scores = FitScores([.init(name: "inertia", value: 12.5)])
/// print(scores["inertia"] ?? .nan)  // 12.5
/// ```
public struct FitScores: Sendable, Hashable {
  /// One measure and its value.
  public struct Score: Sendable, Hashable {
    /// `accuracy`, `recall/CLASS`, `mse`, …
    public let name: String
    public let value: Double

    public init(name: String, value: Double) { (self.name, self.value) = (name, value) }
  }

  /// Only those that are defined: no recall of a class without rows, no area under a curve of one class.
  public let all: [Score]
  /// nil but for a classification.
  package let confusion: ConfusionMatrix?
  private let classes: [String]

  /// nil where it is not defined.
  public subscript(name: String) -> Double? { all.first { $0.name == name }?.value }

  /// Of a classification: probabilities `[n, classes]` for class indices.
  ///
  /// The areas under the curves are those of the second of two classes; of more, the mean over the classes, each against
  /// the others.
  package init(truth: [Int], probabilities: Matrix<Float>, classes: [String]) {
    let matrix = ConfusionMatrix(truth: truth, predicted: probabilities.argmax(), classes: classes.count)
    var all = [
      Score(name: "accuracy", value: matrix.accuracy), Score(name: "balanced_accuracy", value: matrix.balancedAccuracy),
      Score(name: "macro_f1", value: matrix.macroF1),
      Score(name: "log_loss", value: Scores.logLoss(truth, probabilities)),
    ]
    if probabilities.elements.allSatisfy(\.isFinite) {
      let judged = (classes.count == 2 ? [1] : Array(classes.indices)).filter {
        (1..<truth.count).contains(matrix.support($0))
      }
      func mean(_ area: ([Bool], [Float]) -> Double) -> Double {
        judged.reduce(0) { sum, index in
          sum + area(truth.map { $0 == index }, probabilities.column(index).elements)
        } / Double(judged.count)
      }
      if !judged.isEmpty {
        all.append(Score(name: "roc_auc", value: mean(Scores.rocAUC)))
        all.append(Score(name: "pr_auc", value: mean(Scores.prAUC)))
      }
    }
    for (index, label) in classes.enumerated() {
      let (isTrue, isPredicted) = (matrix.support(index) > 0, matrix.predictions(index) > 0)
      if isPredicted { all.append(Score(name: "precision/\(label)", value: matrix.precision(index))) }
      if isTrue { all.append(Score(name: "recall/\(label)", value: matrix.recall(index))) }
      if isTrue || isPredicted { all.append(Score(name: "f1/\(label)", value: matrix.f1(index))) }
    }
    self.init(all, confusion: matrix, classes: classes)
  }

  /// Of a regression; R² of two rows and more.
  package init(truth: [Float], predicted: [Float]) {
    self.init([
      Score(name: "mse", value: Scores.meanSquaredError(truth, predicted)),
      Score(name: "mae", value: Scores.meanAbsoluteError(truth, predicted)),
      Score(name: "r2", value: truth.count > 1 ? Scores.r2(truth, predicted) : .nan),
    ])
  }

  /// Of quantiles `[n, shares]`: the mean pinball loss, and of each share its own and how many of the truths lie at the quantile
  /// or below.
  package init(truth: [Float], quantiles: Matrix<Float>, shares: [Double]) {
    precondition(
      quantiles.rows == truth.count && quantiles.columns == shares.count,
      "\(quantiles.shape) quantiles of \(shares.count) shares for \(truth.count) values")
    let count = Double(truth.count)
    var (losses, covered) = ([Double](repeating: 0, count: shares.count), [Double](repeating: 0, count: shares.count))
    for (row, value) in truth.enumerated() {
      for (index, share) in shares.enumerated() {
        let predicted = Double(quantiles[row, index])
        losses[index] += PinballLoss.loss(predicted, truth: Double(value), share: share) / count
        // NaN is no quantile.
        covered[index] += predicted.isNaN ? .nan : Double(value) <= predicted ? 1 / count : 0
      }
    }
    self.init(
      [Score(name: "pinball_loss", value: losses.reduce(0, +) / Double(shares.count))]
        + zip(shares, losses).map { Score(name: Self.pinball(of: $0), value: $1) }
        + zip(shares, covered).map { Score(name: Self.coverage(of: $0), value: $1) })
  }

  /// `quantile_0.1_loss`
  package static func pinball(of share: Double) -> String { "quantile_\(shortest(share))_loss" }
  /// `quantile_0.1_coverage`
  package static func coverage(of share: Double) -> String { "quantile_\(shortest(share))_coverage" }

  /// Those of `all` that are finite.
  public init(_ all: [Score]) { self.init(all, confusion: nil, classes: []) }

  /// The same with other values of the measures that are of no one class, as their means over folds; what they are not
  /// given for is left out.
  package func replacingOverall(_ overall: [Score]) -> FitScores {
    FitScores(overall + all.filter { $0.name.contains("/") }, confusion: confusion, classes: classes)
  }

  private init(_ all: [Score], confusion: ConfusionMatrix?, classes: [String]) {
    self.all = all.filter(\.value.isFinite)
    self.confusion = confusion
    self.classes = classes
  }

  /// Records every score as `PREFIX/NAME`.
  package func record(as prefix: String, step: Int, to sink: any MetricSink) {
    for score in all { sink.record(Metric("\(prefix)/\(score.name)"), score.value, step: step) }
  }

  /// Records how often each class was taken for each as `PREFIX/confusion/CLASS/PREDICTED`, but for never.
  package func recordConfusion(as prefix: String, step: Int, to sink: any MetricSink) {
    guard let confusion else { return }
    for truth in classes.indices {
      for predicted in classes.indices where confusion[truth, predicted] > 0 {
        let name = "\(prefix)/confusion/\(classes[truth])/\(classes[predicted])"
        sink.record(Metric(name), Double(confusion[truth, predicted]), step: step)
      }
    }
  }
}

extension Matrix<Float> {
  /// The column of the largest element of each row, the first of equals.
  package func argmax() -> [Int] {
    (0..<rows).map { row in
      let values = UnsafeBufferPointer(start: base + row * stride, count: columns)
      return values.indices.reduce(0) { values[$1] > values[$0] ? $1 : $0 }
    }
  }
}
