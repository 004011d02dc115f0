import BLASBridge
import CKernels
import Telemetry

/// The temporal-difference errors of an iteration's updates: `train/td_error_abs_mean` and `train/target_abs_max`.
struct ValueErrors {
  private var count = 0.0
  private var errors = 0.0
  private var targetMaximum: Float = 0

  /// Takes in Q(s, a) `[rows]` and what it is moved towards.
  mutating func take(values: UnsafePointer<Float>, targets: UnsafePointer<Float>, rows: Int) {
    var (sum, greatest) = (0.0, targetMaximum)
    for row in 0..<rows {
      sum += Double((targets[row] - values[row]).magnitude)
      // True for a NaN, too.
      if !(targets[row].magnitude <= greatest) { greatest = targets[row].magnitude }
    }
    errors += sum
    count += Double(rows)
    targetMaximum = greatest
  }

  func report(step: Int, to sink: any MetricSink) {
    guard count > 0 else { return }
    sink.record("train/td_error_abs_mean", errors / count, step: step)
    sink.record("train/target_abs_max", Double(targetMaximum), step: step)
  }
}

/// ‖θ − θ⁻‖ / ‖θ‖: how far a target network is behind; 0 where both are all zeros.
func targetDistance(_ parameters: UnsafePointer<Float>, _ target: UnsafePointer<Float>, count: Int) -> Double {
  let norm = rl_sum_of_squares(parameters, count).squareRoot()
  let distance = withUnsafeTemporaryAllocation(of: Float.self, capacity: 512) { part in
    var (sum, start) = (0.0, 0)
    let difference = part.baseAddress!
    while start < count {
      let width = min(512, count - start)
      for i in 0..<width { difference[i] = parameters[start + i] - target[start + i] }
      sum += rl_sum_of_squares(difference, width)
      start += width
    }
    return sum.squareRoot()
  }
  return distance == 0 ? 0 : distance / norm
}
