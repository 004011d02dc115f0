import BLASBridge
import CKernels

/// How far predictions are from numbers, as a mean over all of them: `squaredError` for the mean, `absoluteError` for the
/// median, `huber` where some targets are far off.
///
/// ```swift
/// var gradient: [Float] = [0, 0]
/// let loss = RegressionLoss.huber(delta: 1)
/// print(loss([1, 5], targets: [0.5, 2], count: 2, gradient: &gradient), gradient)  // 1.3125 [0.25, 0.5]
/// ```
public enum RegressionLoss: Sendable, Hashable {
  /// (p − t)²
  case squaredError
  /// |p − t|; its slope at 0 is 0.
  case absoluteError
  /// d²/2 within ±delta of the target, else delta (|d| − delta/2) (Huber 1964).
  case huber(delta: Float)

  /// The mean loss of `count` predictions, and its gradient by them (overwritten).
  public func callAsFunction(
    _ predictions: UnsafePointer<Float>, targets: UnsafePointer<Float>, count: Int,
    gradient: UnsafeMutablePointer<Float>
  ) -> Double {
    let share = 1 / Float(count)
    var sum = 0.0
    switch self {
    case .squaredError:
      for i in 0..<count {
        let error = predictions[i] - targets[i]
        sum += Double(error * error)
        gradient[i] = 2 * share * error
      }
    case .absoluteError:
      for i in 0..<count {
        let error = predictions[i] - targets[i]
        sum += Double(abs(error))
        gradient[i] = error == 0 ? 0 : (error > 0 ? share : -share)
      }
    case .huber(let delta):
      sum = rl_huber(predictions, targets, delta, gradient, count)
      rl_scale(gradient, share, count)
    }
    return sum / Double(count)
  }
}
