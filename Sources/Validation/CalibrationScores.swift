import Foundation

/// How far probabilities are from what happens.
package struct CalibrationScores: Sendable, Hashable {
  package let logLoss: Double
  /// Of two classes the mean squared error of the second one's probability, of more the sum over classes (Brier 1950).
  package let brierScore: Double
  /// The expected calibration error: between the probability of the predicted class and its accuracy, by 15 bins of equal
  /// width (Guo et al. 2017).
  package let expectedCalibrationError: Double

  private static let bins = 15

  package init(_ probabilities: ClassProbabilities, labels: [Int]) {
    precondition(labels.count == probabilities.rows && !labels.isEmpty, "\(labels.count) labels")
    let classes = probabilities.classes
    var (loss, brier) = (0.0, 0.0)
    var bins = [(count: Int, confidence: Double, right: Double)](repeating: (0, 0, 0), count: Self.bins)
    let best = probabilities.best
    for (row, label) in labels.enumerated() {
      loss -= log(min(1, max(probabilities[row, label], 1e-15)))
      for other in classes == 2 ? 1..<2 : 0..<classes {
        let error = probabilities[row, other] - (other == label ? 1 : 0)
        brier += error * error
      }
      let confidence = probabilities[row, best[row]]
      let place = confidence.isNaN ? 0 : (min(max(confidence, 0), 1) * Double(Self.bins)).rounded(.up)
      let bin = max(0, Int(place) - 1)
      bins[bin].count += 1
      bins[bin].confidence += confidence
      bins[bin].right += best[row] == label ? 1 : 0
    }
    let rows = Double(labels.count)
    (logLoss, brierScore) = (loss / rows, brier / rows)
    expectedCalibrationError = bins.reduce(0) { $0 + abs($1.confidence - $1.right) } / rows
  }
}
