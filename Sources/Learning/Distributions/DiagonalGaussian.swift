import BLASBridge
import CKernels
import Foundation
import Randomness

/// Independent normal components with given means `[rows, width]` and logarithms of deviations `[width]`, the same for
/// every row.
package enum DiagonalGaussian {
  private static let halfLogTwoPi = Float(0.5 * log(2 * Double.pi))

  /// Draws `actions [rows, width]`.
  package static func sample(
    means: UnsafePointer<Float>, logDeviations: UnsafePointer<Float>, rows: Int, width: Int,
    using generator: inout CounterGenerator, into actions: UnsafeMutablePointer<Float>
  ) {
    for row in 0..<rows {
      for i in 0..<width {
        actions[row * width + i] = means[row * width + i] + exp(logDeviations[i]) * generator.normal()
      }
    }
  }

  /// log π(action) `[rows]`: −Σ (z²/2 + log σ + log √2π), z = (a − μ)/σ.
  package static func logProbability(
    of actions: UnsafePointer<Float>, means: UnsafePointer<Float>, logDeviations: UnsafePointer<Float>, rows: Int,
    width: Int, into result: UnsafeMutablePointer<Float>
  ) {
    for row in 0..<rows {
      var sum: Float = 0
      for i in 0..<width {
        let z = (actions[row * width + i] - means[row * width + i]) * exp(-logDeviations[i])
        sum -= 0.5 * z * z + logDeviations[i] + halfLogTwoPi
      }
      result[row] = sum
    }
  }

  /// The entropy, the same for every row: Σ (log σ + ½ + log √2π).
  package static func entropy(logDeviations: UnsafePointer<Float>, width: Int) -> Float {
    (0..<width).reduce(0) { $0 + logDeviations[$1] + 0.5 + halfLogTwoPi }
  }

  /// From the loss's gradients by log π(action) `[rows]` and by each row's entropy `[rows]` to those by the means
  /// `[rows, width]` and the log-deviations `[width]`, both overwritten.
  ///
  /// ∂log π/∂μ = z/σ, ∂log π/∂log σ = z² − 1, ∂H/∂log σ = 1.
  package static func backward(
    actions: UnsafePointer<Float>, means: UnsafePointer<Float>, logDeviations: UnsafePointer<Float>,
    logProbabilityGradient: UnsafePointer<Float>, entropyGradient: UnsafePointer<Float>, rows: Int, width: Int,
    into meanGradient: UnsafeMutablePointer<Float>, _ logDeviationGradient: UnsafeMutablePointer<Float>
  ) {
    for i in 0..<width { logDeviationGradient[i] = 0 }
    for row in 0..<rows {
      for i in 0..<width {
        let inverse = exp(-logDeviations[i])
        let z = (actions[row * width + i] - means[row * width + i]) * inverse
        meanGradient[row * width + i] = logProbabilityGradient[row] * z * inverse
        logDeviationGradient[i] += logProbabilityGradient[row] * (z * z - 1) + entropyGradient[row]
      }
    }
  }
}
