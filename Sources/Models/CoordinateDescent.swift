import Datasets
import Foundation
import Randomness

/// Coordinate descent for an elastic net (Friedman, Hastie & Tibshirani 2010) on columns that are centred without being
/// written so: a residual is `residuals[i] + shift`, and what a centred column lacks of a sparse one goes to the shift.
///
/// After each pass over all features those with weights are gone through until they settle. It ends by the duality gap.
final class CoordinateDescent {
  private let model: ElasticNet
  private let x: DesignColumns
  /// How much each row counts, on average 1.
  private let rowWeights: [Double]
  /// Weighted, of the columns as they are; zeros without an intercept.
  private let means: [Double]
  private let targetMean: Double
  /// Σ s · x, and Σ s · (x − mean)²
  private let sums: [Double]
  private let squares: [Double]
  private let targetSquares: Double
  /// The penalties of the sum of squares instead of its mean.
  private let l1: Double
  private let l2: Double

  private var weights: [Double]
  private var residuals: [Double]
  private var shift = 0.0
  private var generator: CounterGenerator

  init(_ model: ElasticNet, _ x: DesignColumns, _ y: [Double], weights: [Float]?, seed: UInt64) {
    precondition(x.rows == y.count && x.rows > 0, "\(x.rows) rows and \(y.count) targets")
    self.model = model
    self.x = x
    let n = Double(x.rows)
    let total = weights.map { $0.reduce(0) { $0 + Double($1) } } ?? n
    let s = weights.map { $0.map { Double($0) * n / total } } ?? [Double](repeating: 1, count: x.rows)
    rowWeights = s
    let mean = model.fitsIntercept ? zip(s, y).reduce(0) { $0 + $1.0 * $1.1 } / n : 0
    targetMean = mean
    residuals = y.map { $0 - mean }
    targetSquares = zip(s, residuals).reduce(0) { $0 + $1.0 * $1.1 * $1.1 }
    var (sums, squares, means) = ([Double](), [Double](), [Double]())
    for column in 0..<x.columns {
      let elements = x.offsets[column]..<x.offsets[column + 1]
      let sum = elements.reduce(0.0) { $0 + s[Int(x.places[$1])] * x.values[$1] }
      let mean = model.fitsIntercept ? sum / n : 0
      var square = elements.reduce(0.0) { sum, element in
        let distance = x.values[element] - mean
        return sum + s[Int(x.places[element])] * distance * distance
      }
      // The rows in which the column is zero.
      let present = elements.reduce(0.0) { $0 + s[Int(x.places[$1])] }
      square += max(0, n - present) * mean * mean
      // A constant is nothing once it is centred.
      let isConstant = square <= 1e-20 * max(n * mean * mean, .leastNormalMagnitude)
      sums.append(sum)
      squares.append(isConstant ? 0 : square)
      means.append(mean)
    }
    (self.sums, self.squares, self.means) = (sums, squares, means)
    l1 = model.alpha * model.l1Ratio * n
    l2 = model.alpha * (1 - model.l1Ratio) * n
    self.weights = [Double](repeating: 0, count: x.columns)
    generator = CounterGenerator(SeedSequence(seed).child(named: "elastic_net"))
  }

  /// `iterated` gets every pass over all features and the penalised loss after it.
  func run(_ iterated: (_ iteration: Int, _ loss: Double) throws -> Void) rethrows -> LinearScores {
    let all = Array(0..<x.columns)
    var iteration = 0
    while iteration < model.maximumIterations {
      iteration += 1
      let isLast = iteration == model.maximumIterations
      let (change, greatest) = pass(over: all)
      let (loss, gap) = objectiveAndGap()
      try iterated(iteration, loss)
      // Without an L1 penalty the gap says nothing.
      if l1 > 0 ? gap <= model.tolerance * targetSquares : change <= model.tolerance * 1e-3 * greatest { break }
      if isLast || l1 == 0 { continue }
      let active = all.filter { weights[$0] != 0 }
      // Passes over few features cost little beside one over all.
      if 2 * active.count > all.count { continue }
      for _ in 0..<100 {
        let (change, greatest) = pass(over: active)
        if change <= model.tolerance * greatest { break }
      }
    }
    let intercept = model.fitsIntercept ? targetMean - zip(means, weights).reduce(0) { $0 + $1.0 * $1.1 } : 0
    return LinearScores(features: x.columns, weights: weights, intercepts: [intercept])
  }

  /// The largest change of a weight, and the largest weight.
  private func pass(over features: [Int]) -> (change: Double, greatest: Double) {
    var (change, greatest) = (0.0, 0.0)
    for index in features.indices {
      let feature =
        model.selection == .cyclic
        ? features[index] : features[generator.integer(below: features.count)]
      guard squares[feature] > 0 else { continue }
      let old = weights[feature]
      let slope = product(feature) + squares[feature] * old
      var new = max(abs(slope) - l1, 0) / (squares[feature] + l2)
      if slope < 0 { new = model.isPositive ? 0 : -new }
      if new != old { move(feature, by: new - old) }
      weights[feature] = new
      change = max(change, abs(new - old))
      greatest = max(greatest, abs(new))
    }
    return (change, greatest)
  }

  /// Centred column · residuals: what is left of the residuals' mean is rounding.
  private func product(_ feature: Int) -> Double {
    var sum = 0.0
    x.places.withUnsafeBufferPointer { places in
      x.values.withUnsafeBufferPointer { values in
        rowWeights.withUnsafeBufferPointer { s in
          residuals.withUnsafeBufferPointer { residuals in
            for element in x.offsets[feature]..<x.offsets[feature + 1] {
              let row = Int(places[element])
              sum += values[element] * s[row] * residuals[row]
            }
          }
        }
      }
    }
    return sum + shift * sums[feature]
  }

  private func move(_ feature: Int, by step: Double) {
    x.places.withUnsafeBufferPointer { places in
      x.values.withUnsafeBufferPointer { values in
        residuals.withUnsafeMutableBufferPointer { residuals in
          for element in x.offsets[feature]..<x.offsets[feature + 1] {
            residuals[Int(places[element])] -= step * values[element]
          }
        }
      }
    }
    shift += step * means[feature]
  }

  /// The penalised mean loss, and the duality gap of the sum of squares.
  private func objectiveAndGap() -> (loss: Double, gap: Double) {
    let n = Double(x.rows)
    var (square, withTarget) = (0.0, 0.0)
    // Σ s · r · y, where y = r + X · w.
    for row in residuals.indices {
      let residual = residuals[row] + shift
      square += rowWeights[row] * residual * residual
    }
    var (length, squaredLength, steepest, dot) = (0.0, 0.0, 0.0, 0.0)
    for feature in weights.indices where squares[feature] > 0 {
      let (weight, product) = (weights[feature], product(feature))
      length += abs(weight)
      squaredLength += weight * weight
      dot += weight * product
      let slope = product - l2 * weight
      steepest = max(steepest, model.isPositive ? slope : abs(slope))
    }
    withTarget = square + dot
    let loss = (square / 2 + l1 * length + l2 / 2 * squaredLength) / n
    let share = steepest > l1 ? l1 / steepest : 1
    var gap = steepest > l1 ? (square + share * share * square) / 2 : square
    gap += l1 * length - share * withTarget + l2 / 2 * (1 + share * share) * squaredLength
    return (loss, gap)
  }
}
