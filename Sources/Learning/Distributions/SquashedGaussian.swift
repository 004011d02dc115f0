import BLASBridge
import CKernels
import Foundation
import Randomness

/// Independent normal components u with means and deviations of their own in every row, squashed to a = tanh u, so that
/// actions lie in (−1, 1) (Haarnoja et al. 2018, "Soft Actor-Critic Algorithms and Applications", appendix C).
///
/// Parameters are rows `[rows, 2 A]`: A means, then A logarithms of deviations, which are clipped to −20 … 2.
package final class SquashedGaussian {
  /// A
  package let width: Int
  private let rows: Int
  /// `[rows, A]` each, of the last `sample`.
  private let noise: FloatBuffer
  private let deviations: FloatBuffer
  private let before: FloatBuffer
  private let corrections: FloatBuffer
  private let squashed: FloatBuffer

  private static let logDeviationRange: ClosedRange<Float> = -20...2
  private static let halfLogTwoPi = Float(0.5 * log(2 * Double.pi))

  /// `rows`: the most that will be asked for at once.
  package init(width: Int, rows: Int) {
    self.width = width
    self.rows = rows
    noise = FloatBuffer(count: rows * width)
    deviations = FloatBuffer(count: rows * width)
    before = FloatBuffer(count: rows * width)
    corrections = FloatBuffer(count: rows * width)
    squashed = FloatBuffer(count: rows * width)
  }

  /// tanh of the means: the `actions [rows, A]` at the middle.
  package func mode(
    _ parameters: UnsafePointer<Float>, rows: Int, into actions: UnsafeMutablePointer<Float>
  ) {
    for row in 0..<rows {
      for i in 0..<width { actions[row * width + i] = parameters[row * 2 * width + i] }
    }
    rl_tanh(actions, actions, rows * width)
  }

  /// Draws `actions [rows, A]` as a = tanh(μ + σ ε), and log π(a) `[rows]` where asked for.
  ///
  /// log π = Σ (−ε²/2 − log σ − log √2π − log(1 − tanh² u)), the last in the form 2 (log 2 − u − softplus(−2u)) that
  /// loses no digits for large u.
  package func sample(
    _ parameters: UnsafePointer<Float>, rows: Int, using generator: inout CounterGenerator,
    into actions: UnsafeMutablePointer<Float>, logProbabilities: UnsafeMutablePointer<Float>? = nil
  ) {
    require(rows <= self.rows, "\(rows) rows do not fit a distribution for \(self.rows)")
    let count = rows * width
    for row in 0..<rows {
      for i in 0..<width {
        let logDeviation = parameters[row * 2 * width + width + i]
        deviations.base[row * width + i] = min(
          max(logDeviation, Self.logDeviationRange.lowerBound), Self.logDeviationRange.upperBound)
        noise.base[row * width + i] = generator.normal()
      }
    }
    if let logProbabilities {
      for row in 0..<rows {
        var sum: Float = 0
        for i in row * width..<(row + 1) * width {
          sum -= 0.5 * noise.base[i] * noise.base[i] + deviations.base[i] + Self.halfLogTwoPi
        }
        logProbabilities[row] = sum
      }
    }
    rl_exp(deviations.base, deviations.base, count)
    for row in 0..<rows {
      for i in 0..<width {
        let index = row * width + i
        before.base[index] = parameters[row * 2 * width + i] + deviations.base[index] * noise.base[index]
        corrections.base[index] = -2 * before.base[index]
      }
    }
    rl_tanh(before.base, squashed.base, count)
    actions.update(from: squashed.base, count: count)
    guard let logProbabilities else { return }
    rl_softplus(corrections.base, corrections.base, count)
    for row in 0..<rows {
      for i in row * width..<(row + 1) * width {
        logProbabilities[row] -= 2 * (Self.logTwo - before.base[i] - corrections.base[i])
      }
    }
  }
  private static let logTwo = Float(log(2.0))

  /// After `sample` with the same `parameters`: from the loss's gradients by the actions `[rows, A]` and by log π
  /// `[rows]`, the noise held fixed, to the gradient by the parameters `[rows, 2 A]`.
  ///
  /// ∂a/∂u = 1 − a², ∂log π/∂u = 2a, ∂u/∂log σ = σ ε, ∂log π/∂log σ = −1 + 2a σ ε; 0 by a clipped log σ.
  package func backward(
    _ parameters: UnsafePointer<Float>, actionGradient: UnsafePointer<Float>,
    logProbabilityGradient: UnsafePointer<Float>, rows: Int, into gradient: UnsafeMutablePointer<Float>
  ) {
    for row in 0..<rows {
      let byLog = logProbabilityGradient[row]
      for i in 0..<width {
        let (index, a) = (row * width + i, squashed.base[row * width + i])
        let byBefore = actionGradient[index] * (1 - a * a) + byLog * 2 * a
        gradient[row * 2 * width + i] = byBefore
        let isFree = Self.logDeviationRange.contains(parameters[row * 2 * width + width + i])
        gradient[row * 2 * width + width + i] =
          isFree ? byBefore * deviations.base[index] * noise.base[index] - byLog : 0
      }
    }
  }
}
