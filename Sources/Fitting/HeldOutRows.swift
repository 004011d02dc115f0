import BLASBridge
import Datasets
import Learning
import Models
import Validation

/// Predictions for rows that the models were not fitted to: the basis of calibration, intervals and thresholds.
struct HeldOutRows {
  enum Kind {
    case classes(ClassProbabilities, labels: [Int])
    case numbers(predicted: [Double], truth: [Double])
    /// Of shares, `[rows, shares]`.
    case quantiles([Double], predicted: [Double], truth: [Double])

    /// What was predicted, `[rows, outputs]`, beside what is so.
    init(_ truth: SupervisedTarget, predicted: [Double]) {
      switch truth {
      case .classes(let labels, let classes):
        self = .classes(ClassProbabilities(predicted, classes: classes), labels: labels)
      case .numbers(let values): self = .numbers(predicted: predicted, truth: values.elements.map(Double.init))
      case .quantiles(let shares, let values):
        self = .quantiles(shares, predicted: predicted, truth: values.elements.map(Double.init))
      }
    }
  }

  let kind: Kind
  /// The rows that are judged together: those of a fold.
  let parts: [Int]

  /// Parts of rows that are of one split: fifths, with each class in proportion.
  static let partsOfSplit = 5

  init(_ kind: Kind, parts: [Int]) { (self.kind, self.parts) = (kind, parts) }

  /// Validation rows and a model's outputs for them; nil where there is nothing to predict.
  init?(_ rows: FitRows, _ outputs: Matrix<Float>) {
    if case .numbers(let values) = rows.target, values.columns == 0 { return nil }
    kind = Kind(rows.target, predicted: outputs.elements.map(Double.init))
    let k = min(Self.partsOfSplit, rows.count)
    if case .classes(let labels, _) = rows.target, k > 1 {
      parts = Folds(strata: labels, k: k).places
    } else {
      parts = [Int](repeating: 0, count: rows.count)
    }
  }

  var count: Int { parts.count }

  /// The same with calibrated probabilities, each part by a calibration fitted to the others; itself where `method` is nil.
  func calibrated(_ method: CalibrationMethod?) -> HeldOutRows {
    guard let method, case .classes(let probabilities, let labels) = kind else { return self }
    let mapped = Calibration.crossFitted(method, probabilities, labels: labels, parts: parts)
    return HeldOutRows(.classes(mapped, labels: labels), parts: parts)
  }

  /// None of quantiles, which are bounds themselves.
  var conformalScores: ConformalScores? {
    switch kind {
    case .classes(let probabilities, let labels): ConformalScores(probabilities, labels: labels)
    case .numbers(let predicted, let truth): ConformalScores(truth: truth, predicted: predicted)
    case .quantiles: nil
    }
  }

  /// The cost of each part, by a threshold that the other parts choose; by one of all rows where there is one part.
  func costs(_ costs: MistakeCosts, positive: Int) -> [Double] {
    guard case .classes(let probabilities, let labels) = kind else { return [] }
    let (values, isPositive) = (probabilities.column(positive), labels.map { $0 == positive })
    return Set(parts).sorted().map { part in
      let own = parts.indices.filter { parts[$0] == part }
      var others = parts.indices.filter { parts[$0] != part }
      if others.isEmpty { others = own }
      let threshold = costs.bestThreshold(others.map { values[$0] }, others.map { isPositive[$0] })
      return costs.mean(own.map { values[$0] }, own.map { isPositive[$0] }, threshold: threshold)
    }
  }

  /// Without a threshold of one's own.
  func costAtHalf(_ costs: MistakeCosts, positive: Int) -> Double {
    guard case .classes(let probabilities, let labels) = kind else { return .nan }
    return costs.mean(probabilities.column(positive), labels.map { $0 == positive }, threshold: 0.5)
  }
}

extension Folds {
  /// The fold that tests each row.
  fileprivate var places: [Int] {
    var places = [Int](repeating: 0, count: parts.reduce(0) { $0 + $1.test.count })
    for (fold, part) in parts.enumerated() { for row in part.test { places[row] = fold } }
    return places
  }
}
