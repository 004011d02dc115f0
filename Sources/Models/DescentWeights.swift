import Foundation
import Learning

/// The weights of one output of a stochastic gradient descent, and everything else that its next step depends on.
///
/// The weights are `scale * raw`, so that the L2 penalty costs a multiplication a row. The average of the weights is kept by
/// its changes (Bottou 2010), what the L1 penalty has taken of each by the sum of what it would take (Tsuruoka et al. 2009):
/// a row costs as much as it has elements.
struct DescentWeights {
  var raw: [Double]
  var scale = 1.0
  var intercept = 0.0
  /// Empty without averaging.
  private var averages: [Double]
  private var averageShare = 0.0
  private var averageUnit = 1.0
  private var averageIntercept = 0.0
  /// Empty without an L1 penalty: what it took of each weight, and might have taken of any.
  private var taken: [Double]
  private var due = 0.0

  init(features: Int, isAveraged: Bool, hasL1: Bool) {
    raw = [Double](repeating: 0, count: features)
    averages = isAveraged ? raw : []
    taken = hasL1 ? raw : []
  }

  /// What decides the steps of an epoch.
  struct Steps {
    let loss: ScoreLoss
    let alpha: Double
    /// Of the penalty: 0 is L2, 1 is L1; NaN without one.
    let l1Share: Double
    let fitsIntercept: Bool
    let averagesFrom: Int
    /// Of the step of this number, counted from 1.
    let rate: (Int) -> Double
  }

  /// A step for each row of `order`, the first being the step `first`; returns the sum of the losses before each.
  mutating func run(
    _ x: DesignRows, _ y: [Double], _ rowWeights: [Double], order: [Int32], first: Int, _ steps: Steps
  ) -> Double {
    var (sum, step) = (0.0, first)
    let isAveraged = !averages.isEmpty
    for index in order {
      let row = Int(index)
      let elements = x.offsets[row]..<x.offsets[row + 1]
      let score = scale * Self.product(x, elements, raw) + intercept
      let rate = steps.rate(step)
      sum += steps.loss.value(score, y[row])
      // As scikit-learn has it: no slope is steeper.
      let slope = min(1e12, max(-1e12, steps.loss.slope(score, y[row])))
      let update = -rate * slope * rowWeights[row]
      if steps.l1Share < 1 { shrink(by: max(0, 1 - (1 - steps.l1Share) * rate * steps.alpha)) }
      if update != 0 {
        Self.add(x, elements, update / scale, to: &raw)
        if steps.fitsIntercept { intercept += update }
      }
      if isAveraged, step >= steps.averagesFrom {
        average(x, elements, update, count: Double(step - steps.averagesFrom + 1))
      }
      if !taken.isEmpty {
        due += steps.l1Share * rate * steps.alpha
        for element in elements { cut(Int(x.indices[element])) }
      }
      step += 1
    }
    // So that weights of rows that were not seen for long are as they would be.
    if !taken.isEmpty { for feature in raw.indices { cut(feature) } }
    return sum
  }

  private static func product(_ x: DesignRows, _ elements: Range<Int>, _ weights: [Double]) -> Double {
    var sum = 0.0
    x.indices.withUnsafeBufferPointer { indices in
      x.values.withUnsafeBufferPointer { values in
        weights.withUnsafeBufferPointer { weights in
          for element in elements { sum += values[element] * weights[Int(indices[element])] }
        }
      }
    }
    return sum
  }

  private static func add(_ x: DesignRows, _ elements: Range<Int>, _ factor: Double, to weights: inout [Double]) {
    x.indices.withUnsafeBufferPointer { indices in
      x.values.withUnsafeBufferPointer { values in
        weights.withUnsafeMutableBufferPointer { weights in
          for element in elements { weights[Int(indices[element])] += factor * values[element] }
        }
      }
    }
  }

  private mutating func shrink(by factor: Double) {
    scale *= factor
    if scale >= 1e-9 { return }
    for feature in averages.indices {
      averages[feature] = (averages[feature] + averageShare * raw[feature]) / averageUnit
    }
    (averageShare, averageUnit) = (0, 1)
    for feature in raw.indices { raw[feature] *= scale }
    scale = 1
  }

  private mutating func average(_ x: DesignRows, _ elements: Range<Int>, _ update: Double, count: Double) {
    Self.add(x, elements, -averageShare * update / scale, to: &averages)
    if count > 1 { averageUnit /= 1 - 1 / count }
    averageShare += averageUnit * scale / count
    averageIntercept += (intercept - averageIntercept) / count
  }

  private mutating func cut(_ feature: Int) {
    let old = raw[feature]
    if scale * old > 0 {
      raw[feature] = max(0, old - (due + taken[feature]) / scale)
    } else if scale * old < 0 {
      raw[feature] = min(0, old + (due - taken[feature]) / scale)
    }
    taken[feature] += scale * (raw[feature] - old)
  }

  /// The weights after `steps` steps, and the intercept: their averages where these have begun.
  func current(after steps: Int, averagesFrom first: Int) -> (weights: [Double], intercept: Double) {
    if averages.isEmpty || steps < first { return (raw.map { scale * $0 }, intercept) }
    return (zip(averages, raw).map { ($0 + averageShare * $1) / averageUnit }, averageIntercept)
  }

  func save(into checkpoint: inout Checkpoint, as name: String) {
    checkpoint.set(name + ".raw", raw)
    checkpoint.set(name + ".averages", averages)
    checkpoint.set(name + ".taken", taken)
    checkpoint.set(
      name + ".state", [scale, intercept, averageShare, averageUnit, averageIntercept, due])
  }

  /// Throws `CheckpointError` where what was saved does not fit.
  mutating func load(from checkpoint: Checkpoint, as name: String) throws {
    raw = try checkpoint.doubles(name + ".raw", count: raw.count)
    averages = try checkpoint.doubles(name + ".averages", count: averages.count)
    taken = try checkpoint.doubles(name + ".taken", count: taken.count)
    let state = try checkpoint.doubles(name + ".state", count: 6)
    (scale, intercept, averageShare) = (state[0], state[1], state[2])
    (averageUnit, averageIntercept, due) = (state[3], state[4], state[5])
  }
}

extension StochasticDescent.Rate {
  /// The steps of an epoch; `first` is the rate that all others but the optimal ones begin with.
  func steps(
    loss: ScoreLoss, alpha: Double, l1Share: Double, fitsIntercept: Bool, averagesFrom: Int, first: Double,
    power: Double
  ) -> DescentWeights.Steps {
    let rate: (Int) -> Double
    switch self {
    case .constant, .adaptive: rate = { _ in first }
    case .invscaling: rate = { first / pow(Double($0), power) }
    case .optimal, .auto:
      // Bottou's heuristic, of which the first step is about as large as weights are.
      let typical = (1 / alpha.squareRoot()).squareRoot()
      let start = max(1, loss.slope(-typical, 1)) / (typical * alpha)
      rate = { 1 / (alpha * (start + Double($0) - 1)) }
    }
    return DescentWeights.Steps(
      loss: loss, alpha: alpha, l1Share: l1Share, fitsIntercept: fitsIntercept, averagesFrom: averagesFrom, rate: rate)
  }
}
