import BLASBridge
import Foundation
import Models

extension FitRows {
  /// The share of rows whose label a model of classes contradicts with confidence (Northcutt, Jiang and Chuang 2021,
  /// "Confident Learning", section 3.1); nil where there are no classes, and where the model knows no more of the labels
  /// than how frequent each is (`shares`, of the training rows): then it says nothing about them.
  func labelIssues(_ model: any FittedModel, shares: [Double]) -> Double? {
    guard case .classes(let labels, let count) = data.target, !labels.isEmpty else { return nil }
    let probabilities = model.outputs(of: features)
    guard Self.tellsClasses(probabilities, labels, shares) else { return nil }
    var (sums, sizes) = (Array(repeating: 0.0, count: count), Array(repeating: 0.0, count: count))
    for (row, label) in labels.enumerated() {
      sums[label] += Double(probabilities[row, label])
      sizes[label] += 1
    }
    var issues = 0
    for (row, label) in labels.enumerated() {
      // Of the classes it is sure of, the most probable one.
      var (confident, greatest) = (-1, 0.0)
      for other in 0..<count where sizes[other] > 0 {
        let probability = Double(probabilities[row, other])
        if probability >= sums[other] / sizes[other], probability > greatest {
          (confident, greatest) = (other, probability)
        }
      }
      if confident >= 0, confident != label { issues += 1 }
    }
    return Double(issues) / Double(labels.count)
  }

  /// Whether the log loss is clearly below that of the classes' shares: by a twentieth, and by more than chance gives.
  ///
  /// A model that is too sure of itself may have a greater loss than the shares and yet know the classes. So it is judged
  /// mixed with the shares, by the best weight of several; a weight that is fitted to n rows gains 1 / 2n by chance.
  private static func tellsClasses(_ probabilities: Matrix<Float>, _ labels: [Int], _ shares: [Double]) -> Bool {
    func loss(_ weight: Double) -> Double {
      labels.enumerated().reduce(0) { sum, row in
        let own = Double(probabilities[row.offset, row.element])
        return sum - log(max(1e-30, weight * (own.isFinite ? own : 0) + (1 - weight) * shares[row.element]))
      } / Double(labels.count)
    }
    let prior = loss(0)
    let best = stride(from: 0.1, through: 1, by: 0.1).map(loss).min()!
    return prior - best > 0.05 * prior + 2 / Double(labels.count)
  }
}
