import BLASBridge
import Foundation

/// How what several models say of the same rows becomes one prediction.
package enum Pooling: Hashable, Sendable {
  /// The weighted mean.
  case mean
  /// A weighted sum of the numbers, or of the logarithms of the classes' probabilities (log-linear pooling: Genest and Zidek 1986), and
  /// a bias for each output.
  case stacked(biases: [Double])

  /// No probability counts as less, so that one model alone cannot rule a class out.
  static let least = 1e-5

  /// How a model's output enters a stacked sum.
  package static func term(_ output: Float, ofClasses: Bool) -> Double {
    ofClasses ? log(max(Double(output), least)) : Double(output)
  }

  /// Probabilities of one row of stacked sums.
  package static func softmax(_ sums: ArraySlice<Double>) -> [Double] {
    let most = sums.max() ?? 0
    let powers = sums.map { exp($0 - most) }
    let whole = powers.reduce(0, +)
    return powers.map { $0 / whole }
  }
}

/// What models say of the same rows, added one model after the other.
package struct PooledPredictions {
  private let pooling: Pooling
  private let areClasses: Bool
  private let columns: Int
  private var sums: [Double]

  package init(_ pooling: Pooling, rows: Int, columns: Int, areClasses: Bool) {
    (self.pooling, self.columns, self.areClasses) = (pooling, columns, areClasses)
    switch pooling {
    case .mean: sums = [Double](repeating: 0, count: rows * columns)
    case .stacked(let biases):
      precondition(biases.count == columns, "there is a bias for each output")
      sums = (0..<rows).flatMap { _ in biases }
    }
  }

  /// `[rows, columns]`
  package mutating func add(_ predictions: Matrix<Float>, weight: Double) {
    let elements = predictions.elements
    switch pooling {
    case .mean: for index in sums.indices { sums[index] += weight * Double(elements[index]) }
    case .stacked:
      for index in sums.indices { sums[index] += weight * Pooling.term(elements[index], ofClasses: areClasses) }
    }
  }

  /// `[rows, columns]`
  package var matrix: Matrix<Float> {
    let rows = sums.count / max(1, columns)
    guard case .stacked = pooling, areClasses else {
      return Matrix(rows: rows, columns: columns, sums.map { Float($0) })
    }
    return Matrix(
      rows: rows, columns: columns,
      (0..<rows).flatMap { row in
        Pooling.softmax(sums[row * columns..<(row + 1) * columns]).map { Float($0) }
      })
  }
}
