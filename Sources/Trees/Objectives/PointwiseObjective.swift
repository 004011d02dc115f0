import Foundation
import Settings

/// A loss of one score and one number a row.
protocol PointwiseObjective: Objective {
  /// The loss of a score, and its first and second derivative by it.
  func derivatives(_ score: Double, _ target: Double) -> (loss: Double, gradient: Double, hessian: Double)
  /// The prediction for a score.
  func prediction(_ score: Double) -> Double
}

extension PointwiseObjective {
  func prediction(_ score: Double) -> Double { score }

  func gradients(
    _ rows: TargetRows, at scores: UnsafePointer<Double>, _ gradients: UnsafeMutablePointer<Float>,
    _ hessians: UnsafeMutablePointer<Float>
  ) -> Double {
    var sum = 0.0
    rows.values.withUnsafeBufferPointer { values in
      for row in values.indices {
        let own = derivatives(scores[row], Double(values[row]))
        let weight = rows.weight(row)
        sum += weight * own.loss
        gradients[row] = Float(weight * own.gradient)
        hessians[row] = Float(weight * own.hessian)
      }
    }
    return sum / rows.totalWeight
  }

  func outputs(_ scores: UnsafeBufferPointer<Double>, into outputs: UnsafeMutablePointer<Float>) {
    outputs[0] = Float(prediction(scores[0]))
  }
}

/// (score − target)² / 2.
struct SquaredError: PointwiseObjective {
  func initialScores(_ rows: TargetRows) -> [Double] { [rows.mean] }
  func derivatives(_ score: Double, _ target: Double) -> (loss: Double, gradient: Double, hessian: Double) {
    let residual = score - target
    return (residual * residual / 2, residual, 1)
  }
}

/// |score − target|; the values of leaves are medians.
struct AbsoluteError: PointwiseObjective {
  func leafQuantile(of score: Int) -> Double? { 0.5 }
  func initialScores(_ rows: TargetRows) -> [Double] { [rows.quantile(0.5)] }
  func derivatives(_ score: Double, _ target: Double) -> (loss: Double, gradient: Double, hessian: Double) {
    let residual = score - target
    return (abs(residual), residual > 0 ? 1 : residual < 0 ? -1 : 0, 1)
  }
}

/// Squared up to `alpha`, then linear (Huber 1964).
struct Huber: PointwiseObjective {
  var alpha: Double
  func initialScores(_ rows: TargetRows) -> [Double] { [rows.mean] }
  func derivatives(_ score: Double, _ target: Double) -> (loss: Double, gradient: Double, hessian: Double) {
    let residual = score - target
    if abs(residual) <= alpha { return (residual * residual / 2, residual, 1) }
    return (alpha * (abs(residual) - alpha / 2), residual > 0 ? alpha : -alpha, 1)
  }
}

/// The pinball loss, lowest at the quantile `alpha`; the values of leaves are quantiles.
struct QuantileLoss: PointwiseObjective {
  var alpha: Double
  func leafQuantile(of score: Int) -> Double? { alpha }
  func initialScores(_ rows: TargetRows) -> [Double] { [rows.quantile(alpha)] }
  func derivatives(_ score: Double, _ target: Double) -> (loss: Double, gradient: Double, hessian: Double) {
    let residual = score - target
    return residual >= 0 ? ((1 - alpha) * residual, 1 - alpha, 1) : (-alpha * residual, -alpha, 1)
  }
}

extension TargetRows {
  func quantile(_ share: Double) -> Double {
    weightedQuantile(values.indices.map { (Double(values[$0]), weight($0)) }, share: share)
  }
}
