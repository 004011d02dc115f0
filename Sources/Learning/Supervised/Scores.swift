import BLASBridge
import Formats
import Foundation

/// Measures of how well predictions meet the truth; sums are in double precision. All trap where lengths differ.
package enum Scores {
  // MARK: Regression

  /// The mean of (truth − predicted)².
  package static func meanSquaredError(_ truth: [Float], _ predicted: [Float]) -> Double {
    mean(truth, predicted) { ($0 - $1) * ($0 - $1) }
  }

  /// The mean of |truth − predicted|.
  package static func meanAbsoluteError(_ truth: [Float], _ predicted: [Float]) -> Double {
    mean(truth, predicted) { abs($0 - $1) }
  }

  /// R² = 1 − Σ(truth − predicted)² / Σ(truth − mean)². With a constant truth: 1 if it is met exactly, 0 else.
  package static func r2(_ truth: [Float], _ predicted: [Float]) -> Double {
    let center = Formats.mean(truth)
    let total = truth.reduce(0) { $0 + (Double($1) - center) * (Double($1) - center) }
    let residual = meanSquaredError(truth, predicted) * Double(truth.count)
    if total == 0 { return residual == 0 ? 1 : 0 }
    return 1 - residual / total
  }

  private static func mean(_ truth: [Float], _ predicted: [Float], _ loss: (Double, Double) -> Double) -> Double {
    precondition(truth.count == predicted.count, "\(truth.count) values and \(predicted.count) predictions")
    return zip(truth, predicted).reduce(0) { $0 + loss(Double($1.0), Double($1.1)) } / Double(truth.count)
  }

  // MARK: Classification

  /// The mean of −ln of the probability `[rows, classes]` given to the true class, which is taken to be at least the
  /// smallest step at 1, 2⁻²³, so that one sure error is not infinite.
  package static func logLoss(_ truth: [Int], _ probabilities: Matrix<Float>) -> Double {
    precondition(truth.count == probabilities.rows, "\(truth.count) classes and \(probabilities.rows) predictions")
    let sum = truth.enumerated().reduce(0.0) { $0 - log(Double(max(probabilities[$1.offset, $1.element], .ulpOfOne))) }
    return sum / Double(truth.count)
  }

  /// The area under the curve of true over false positives: the probability that a positive row scores above a negative
  /// one, ties counting half (Mann & Whitney 1947). NaN unless there are rows of both sorts.
  package static func rocAUC(_ isPositive: [Bool], _ scores: [Float]) -> Double {
    var (positives, negatives, area) = (0.0, 0.0, 0.0)
    forEachThreshold(isPositive, scores) { newPositives, newNegatives in
      area += newNegatives * (positives + newPositives / 2)
      positives += newPositives
      negatives += newNegatives
    }
    return area / (positives * negatives)
  }

  /// The area under the curve of precision over recall as average precision: Σ (Rₙ − Rₙ₋₁) Pₙ over the thresholds.
  /// NaN without positive rows.
  package static func prAUC(_ isPositive: [Bool], _ scores: [Float]) -> Double {
    var (positives, negatives, sum) = (0.0, 0.0, 0.0)
    forEachThreshold(isPositive, scores) { newPositives, newNegatives in
      positives += newPositives
      negatives += newNegatives
      sum += newPositives * positives / (positives + negatives)
    }
    return sum / positives
  }

  /// From the highest score down: how many positive and negative rows have each different score.
  private static func forEachThreshold(
    _ isPositive: [Bool], _ scores: [Float], _ body: (_ positives: Double, _ negatives: Double) -> Void
  ) {
    precondition(isPositive.count == scores.count, "\(isPositive.count) truths and \(scores.count) scores")
    precondition(!scores.contains { $0.isNaN }, "a score is not a number")
    let order = scores.indices.sorted { scores[$0] > scores[$1] }
    var index = 0
    while index < order.count {
      let score = scores[order[index]]
      var counts = (0.0, 0.0)
      while index < order.count, scores[order[index]] == score {
        if isPositive[order[index]] { counts.0 += 1 } else { counts.1 += 1 }
        index += 1
      }
      body(counts.0, counts.1)
    }
  }
}
