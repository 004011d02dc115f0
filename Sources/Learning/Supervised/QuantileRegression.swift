import BLASBridge
import Foundation
import Settings

/// Linear quantile regression (Koenker & Bassett 1978) with an L2 penalty: minimises Σ pinball(y − X · w − b) + alpha / 2 · |w|² for
/// each share, of y in units of its standard deviation.
///
/// Squares that lie above the loss and touch it at the residuals at hand are minimised again and again (Hunter & Lange 2000), so
/// that the loss never rises.
package struct QuantileRegression: Configurable {
  package var alpha = 1.0
  package var maximumIterations = 100
  package var tolerance = 1e-6
  package init() {}

  package static let hyperparameters: [Hyperparameter<QuantileRegression>] = [
    .number("alpha", \.alpha, .positive, "weight of the L2 penalty; the intercept is not penalised"),
    .integer("max_iter", \.maximumIterations, .atLeast(1, limit: 1_000_000), "steps of each quantile at most"),
    .number("tol", \.tolerance, .nonNegative, "done where a step lowers the loss by less than this share of it"),
  ]

  /// Residuals in units of the deviation below which the loss is rounded off.
  private static let rounding = 1e-4

  /// Fits rows `[n, d]` to numbers `[n]`, a column of weights for each share. Traps where the numbers of rows differ. Throws
  /// `notFinite`.
  package func fit(
    _ x: Matrix<Float>, _ y: [Float], shares: [Double], weights: [Float]? = nil
  ) throws(LinearAlgebraError) -> LinearModel {
    precondition(x.rows == y.count, "\(x.rows) rows and \(y.count) targets")
    let units = TargetUnits(of: .numbers(Matrix(column: y)))
    let (center, scale) = (Double(units.means[0]), Double(units.deviations[0]))
    let design = Matrix<Double>(rows: x.rows, columns: x.columns + 1)
    for row in 0..<x.rows {
      for column in 0..<x.columns { design[row, column] = Double(x[row, column]) }
      design[row, x.columns] = 1
    }
    let truth = Matrix(column: y.map { (Double($0) - center) / scale })
    let result = Matrix<Float>(rows: x.columns, columns: shares.count)
    var intercepts: [Float] = []
    for (index, share) in shares.enumerated() {
      let found = try fit(design, truth, share: share, weights)
      for column in 0..<x.columns { result[column, index] = Float(found[column, 0] * scale) }
      intercepts.append(Float(center + scale * found[x.columns, 0]))
    }
    return LinearModel(weights: result, intercepts: intercepts)
  }

  private func fit(
    _ design: Matrix<Double>, _ truth: Matrix<Double>, share: Double, _ weights: [Float]?
  ) throws(LinearAlgebraError) -> Matrix<Double> {
    let (n, d) = (design.rows, design.columns)
    let counts = weights.map { $0.map(Double.init) } ?? [Double](repeating: 1, count: n)
    var found = Matrix<Double>(rows: d, columns: 1)
    found[d - 1, 0] = Self.quantile(truth.elements, share)
    var known = Double.infinity
    let scaled = Matrix<Double>(rows: n, columns: d)
    for _ in 0..<maximumIterations {
      let residuals = truth.copy()
      BLAS.gemm(design, found, into: residuals, alpha: -1, beta: 1)
      let penalty = (0..<d - 1).reduce(0) { $0 + found[$1, 0] * found[$1, 0] } * alpha / 2
      let loss = (0..<n).reduce(penalty) { sum, row in
        sum + counts[row] * PinballLoss.loss(0, truth: residuals[row, 0], share: share)
      }
      if known - loss <= tolerance * loss { break }
      known = loss
      // Half the pinball loss is |r| / 4 + (share − 1/2) r / 2; |r| lies below r² / 2(|r| + ε) and a constant.
      let pulled = Matrix<Double>(rows: n, columns: 1)
      for row in 0..<n {
        let weight = counts[row] / (Self.rounding + abs(residuals[row, 0]))
        pulled[row, 0] = weight * truth[row, 0] + counts[row] * (2 * share - 1)
        let root = weight.squareRoot()
        for column in 0..<d { scaled[row, column] = root * design[row, column] }
      }
      let gram = Matrix<Double>(rows: d, columns: d)
      BLAS.syrk(scaled, transpose: true, into: gram, beta: 0)
      let cross = Matrix<Double>(rows: d, columns: 1)
      BLAS.gemm(design, transposeA: true, pulled, into: cross)
      for column in 0..<d - 1 { gram[column, column] += 2 * alpha }
      found = try Cholesky(gram).solve(cross)
    }
    return found
  }

  /// The value below which a share of the values lies.
  private static func quantile(_ values: [Double], _ share: Double) -> Double {
    let sorted = values.sorted()
    return sorted[min(sorted.count - 1, Int(share * Double(sorted.count)))]
  }
}
