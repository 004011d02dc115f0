import BLASBridge
import Settings
import Telemetry

/// Least squares, with or without an L2 penalty: predictions are X · weights `[d, t]` + intercepts `[t]`.
package struct LinearModel {
  package let weights: Matrix<Float>
  package let intercepts: [Float]

  /// Predictions `[n, t]` for rows `[n, d]`. Traps where the rows have another width.
  package func predict(_ x: Matrix<Float>) -> Matrix<Float> {
    let result = Matrix<Float>(rows: x.rows, columns: weights.columns)
    for row in 0..<x.rows {
      for column in 0..<weights.columns { result[row, column] = intercepts[column] }
    }
    BLAS.gemm(x, weights, into: result, beta: 1)
    return result
  }
}

extension LinearModel {
  /// Weights found for centred data, and the intercepts that undo the centring.
  init(weights: Matrix<Float>, means: [Float], targetMeans: [Float]) {
    self.weights = weights
    intercepts = targetMeans.enumerated().map { column, target in
      Float(means.enumerated().reduce(Double(target)) { $0 - Double($1.element) * Double(weights[$1.offset, column]) })
    }
  }

  package func save(into checkpoint: inout Checkpoint) {
    checkpoint.set("weights", weights.elements, shape: weights.shape)
    checkpoint.set("intercepts", intercepts)
  }

  /// Loads what `save` wrote. Throws `CheckpointError` where it does not fit.
  package init(from checkpoint: Checkpoint) throws {
    weights = try checkpoint.matrix("weights")
    intercepts = try checkpoint.floats("intercepts", count: weights.columns)
  }
}

extension Checkpoint {
  /// A tensor of two sides. Throws `CheckpointError` where it is missing or has other than two.
  package func matrix(_ name: String) throws -> Matrix<Float> {
    let elements = try floats(name)
    guard let shape = tensors[name]?.shape, shape.count == 2 else {
      throw CheckpointError("the checkpoint's tensor '\(name)' is no matrix")
    }
    return Matrix(rows: shape[0], columns: shape[1], elements)
  }
}

/// Ordinary least squares: minimises |X · w + b − y|². Names are scikit-learn's.
package struct LinearRegression: Configurable {
  package enum Solver: String, CaseIterable, Sendable {
    /// A factorisation of X: the more accurate.
    case qr
    /// XᵀX by Cholesky: the faster by far where there are more rows than columns.
    case normal
  }

  package var solver = Solver.qr
  package var fitsIntercept = true
  package init() {}

  package static let hyperparameters: [Hyperparameter<LinearRegression>] = [
    .choice("solver", \.solver, "qr: the more accurate; normal: normal equations, the faster"),
    .flag("fit_intercept", \.fitsIntercept, "predictions have a constant term"),
  ]

  /// Fits rows `[n, d]` to targets `[n, t]`; squared errors count by `weights` `[n]`, all the same if nil.
  ///
  /// Where columns depend on others or there are fewer rows than columns, of all best weights those of least length are
  /// found, by singular values. Traps where the numbers of rows differ. Throws `notFinite` and `notConverged`.
  package func fit(
    _ x: Matrix<Float>, _ y: Matrix<Float>, weights: [Float]? = nil
  ) throws(LinearAlgebraError) -> LinearModel {
    precondition(x.rows == y.rows, "\(x.rows) rows and \(y.rows) targets")
    if solver == .normal {
      let moments = SecondMoments(x, y, weights: weights, centred: fitsIntercept)
      if let cholesky = try factor(moments.gram) {
        return LinearModel(
          weights: cholesky.solve(moments.cross), means: moments.means, targetMeans: moments.targetMeans)
      }
    }
    let means = fitsIntercept ? x.columnMeans(weights: weights) : [Float](repeating: 0, count: x.columns)
    let targetMeans = fitsIntercept ? y.columnMeans(weights: weights) : [Float](repeating: 0, count: y.columns)
    let centred = Matrix<Float>(rows: x.rows, columns: x.columns)
    let targets = Matrix<Float>(rows: y.rows, columns: y.columns)
    x.writeCentred(0..<x.rows, means: means, weights: weights, to: centred)
    y.writeCentred(0..<y.rows, means: targetMeans, weights: weights, to: targets)
    return LinearModel(weights: try solve(centred, targets), means: means, targetMeans: targetMeans)
  }

  /// nil where a pivot is lost in the rounding errors of XᵀX.
  private func factor(_ gram: Matrix<Float>) throws(LinearAlgebraError) -> Cholesky<Float>? {
    do throws(LinearAlgebraError) {
      let cholesky = try Cholesky(gram)
      // The pivot is what is left of a column's squared length after the earlier columns' share was taken away.
      let isLost = (0..<gram.rows).contains { i in
        cholesky.factor[i, i] * cholesky.factor[i, i] <= 32 * Float.ulpOfOne * gram[i, i]
      }
      return isLost ? nil : cholesky
    } catch {
      if case .notPositiveDefinite = error { return nil }
      throw error
    }
  }

  private func solve(_ x: Matrix<Float>, _ y: Matrix<Float>) throws(LinearAlgebraError) -> Matrix<Float> {
    // Singular values below this share of the largest are rounding errors.
    let tolerance = Float(max(x.rows, x.columns)) * .ulpOfOne
    if x.rows >= x.columns {
      let (q, r) = try x.qr()
      let pivots = (0..<r.rows).map { abs(r[$0, $0]) }
      if pivots.allSatisfy({ $0 > tolerance * pivots.max()! }) {
        let weights = Matrix<Float>(rows: x.columns, columns: y.columns)
        BLAS.gemm(q, transposeA: true, y, into: weights)
        substituteBackwards(r, weights)
        return weights
      }
    }
    return try x.minimumNormLeastSquares(y, tolerance: tolerance).solution
  }

  /// Solves R · W = B for the upper triangular R, in B's place.
  private func substituteBackwards(_ r: Matrix<Float>, _ b: Matrix<Float>) {
    for column in 0..<b.columns {
      for row in stride(from: r.rows - 1, through: 0, by: -1) {
        var sum = Double(b[row, column])
        for other in row + 1..<max(r.rows, row + 1) { sum -= Double(r[row, other]) * Double(b[other, column]) }
        b[row, column] = Float(sum / Double(r[row, row]))
      }
    }
  }
}

/// Ridge regression (Hoerl & Kennard 1970): minimises |X · w + b − y|² + alpha · |w|². Names are scikit-learn's.
package struct RidgeRegression: Configurable {
  package var alpha = 1.0
  package var fitsIntercept = true
  package init() {}

  package static let hyperparameters: [Hyperparameter<RidgeRegression>] = [
    .number("alpha", \.alpha, .positive, "weight of the L2 penalty; the intercept is not penalised"),
    .flag("fit_intercept", \.fitsIntercept, "predictions have a constant term"),
  ]

  /// Fits rows `[n, d]` to targets `[n, t]` by one symmetric product and a Cholesky factorisation; squared errors count by
  /// `weights` `[n]`, all the same if nil.
  ///
  /// Traps where the numbers of rows differ. Throws `notFinite`, and `notPositiveDefinite` where alpha is lost beside
  /// the squares of linearly dependent columns.
  package func fit(
    _ x: Matrix<Float>, _ y: Matrix<Float>, weights: [Float]? = nil
  ) throws(LinearAlgebraError) -> LinearModel {
    precondition(x.rows == y.rows, "\(x.rows) rows and \(y.rows) targets")
    let moments = SecondMoments(x, y, weights: weights, centred: fitsIntercept)
    for i in 0..<x.columns { moments.gram[i, i] += Float(alpha) }
    return LinearModel(
      weights: try Cholesky(moments.gram).solve(moments.cross), means: moments.means,
      targetMeans: moments.targetMeans)
  }
}
