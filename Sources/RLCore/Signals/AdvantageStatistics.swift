import Foundation
import Telemetry

/// The advantages of an iteration before they are scaled, and what values are moved towards:
/// `train/advantage_mean`, `_std` (n in its denominator), `_abs_max`, and `train/return_abs_max`.
struct AdvantageStatistics {
  private var count = 0.0
  private var sum = 0.0
  private var squares = 0.0
  private var advantageMaximum: Float = 0
  private var returnMaximum: Float = 0

  mutating func take(advantages: UnsafePointer<Float>, returns: UnsafePointer<Float>, count: Int) {
    var (sum, squares) = (0.0, 0.0)
    var (advantageMaximum, returnMaximum) = (advantageMaximum, returnMaximum)
    for i in 0..<count {
      let advantage = Double(advantages[i])
      sum += advantage
      squares += advantage * advantage
      // True for a NaN, too.
      if !(advantages[i].magnitude <= advantageMaximum) { advantageMaximum = advantages[i].magnitude }
      if !(returns[i].magnitude <= returnMaximum) { returnMaximum = returns[i].magnitude }
    }
    self.count += Double(count)
    self.sum += sum
    self.squares += squares
    (self.advantageMaximum, self.returnMaximum) = (advantageMaximum, returnMaximum)
  }

  mutating func take(_ segment: Segment) {
    take(advantages: segment.advantages.base, returns: segment.returns.base, count: segment.count)
  }

  func report(step: Int, to sink: any MetricSink) {
    guard count > 0 else { return }
    let mean = sum / count
    sink.record("train/advantage_mean", mean, step: step)
    sink.record("train/advantage_std", max(0, squares / count - mean * mean).squareRoot(), step: step)
    sink.record("train/advantage_abs_max", Double(advantageMaximum), step: step)
    sink.record(.trainReturnAbsMax, Double(returnMaximum), step: step)
  }
}

extension ActorCritic {
  /// Records `train/entropy_fraction`, of the greatest entropy there is, for Discrete actions.
  func reportEntropy(_ entropy: Double, step: Int, to sink: any MetricSink) {
    guard let maximumEntropy, maximumEntropy > 0 else { return }
    sink.record(.trainEntropyFraction, entropy / maximumEntropy, step: step)
  }
}

extension Space {
  /// In nats; nil for numbers.
  var maximumEntropy: Double? {
    switch self {
    case .discrete(let count, _): log(Double(count))
    case .multiDiscrete(let counts): counts.reduce(0) { $0 + log(Double($1)) }
    case .multiBinary(let count): Double(count) * log(2)
    case .box, .tuple, .dict: nil
    }
  }
}
