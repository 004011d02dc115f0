import BLASBridge
import CKernels
import Randomness
import Settings
import Telemetry

/// Principal components: the orthogonal directions of the largest variance. Names are scikit-learn's.
package struct PCA: Configurable {
  package enum Solver: String, CaseIterable, Sendable {
    /// All eigenvectors of the covariance: one symmetric product over the rows.
    case covariance
    /// The leading ones only, by subspace iteration from random directions (Halko, Martinsson & Tropp 2011, algorithm
    /// 4.4): cheaper where few of many components are wanted. Where there are many rows, all iterations but the last go
    /// over a sample of them.
    case randomized
  }

  package var components = 2
  package var solver = Solver.covariance
  package var oversampling = 10
  package var powerIterations = 4
  package init() {}

  package static let hyperparameters: [Hyperparameter<PCA>] = [
    .integer("n_components", \.components, .atLeast(1), "directions to find"),
    .choice("svd_solver", \.solver, "covariance: exact; randomized: faster for few of many directions"),
    .integer("n_oversamples", \.oversampling, .atLeast(0), "randomized: directions followed beyond those wanted"),
    .integer(
      "iterated_power", \.powerIterations, .atLeast(0, limit: 1_000), "randomized: passes that sharpen the directions"),
  ]

  /// Fits rows `[n, d]`; only the randomised solver draws from `seed`.
  ///
  /// Traps where there are fewer than two rows, or fewer columns than components. Throws `notFinite` and
  /// `notConverged`.
  package func fit(_ x: Matrix<Float>, seed: UInt64 = 0) throws(LinearAlgebraError) -> PCAModel {
    precondition(x.rows >= 2, "components need two rows or more, not \(x.rows)")
    precondition(components <= x.columns, "\(components) components of \(x.columns) columns")
    switch solver {
    case .covariance:
      let moments = SecondMoments(x)
      let total = (0..<x.columns).reduce(0) { $0 + Double(moments.gram[$1, $1]) }
      let (values, vectors) = try moments.gram.symmetricEigenvalues()
      return model(values, vectors, rows: x.rows, means: moments.means, total: total)
    case .randomized: return try fitRandomized(x, seed: seed)
    }
  }

  private func fitRandomized(_ x: Matrix<Float>, seed: UInt64) throws(LinearAlgebraError) -> PCAModel {
    let (d, means) = (x.columns, x.columnMeans())
    // Whole vectors of the products' inner loop, where there is room.
    let wished = components + oversampling
    let width = min(d, (wished + 15) / 16 * 16)
    var generator = CounterGenerator(SeedSequence(seed).child(named: "pca"))
    var basis = Matrix<Float>(rows: d, columns: width)
    for i in 0..<d * width { basis.base[i] = generator.normal() }
    // Where there are many rows, an eighth of them, evenly spread, says well enough where to begin.
    let isSampled = x.rows >= 16 * max(d, 64)
    for _ in 0..<powerIterations + (isSampled ? 0 : 1) {
      basis = try sharpened(basis, x, means, every: isSampled ? 8 : 1)
    }
    if isSampled { basis = try sharpened(basis, x, means, every: 1) }
    basis = try basis.qr().q
    // Rayleigh and Ritz: the eigenvectors of the covariance within the subspace.
    let gram = Matrix<Float>(rows: width, columns: width)
    var total = 0.0
    project(x, means, every: 1, on: basis) { rows, projected in
      BLAS.syrk(projected, transpose: true, into: gram, beta: 1)
      total += rl_sum_of_squares(rows.base, rows.rows * d)
    }
    let (values, vectors) = try gram.symmetricEigenvalues()
    return model(values, basis * vectors, rows: x.rows, means: means, total: total)
  }

  /// (X − mean)ᵀ (X − mean) · Q of every so many blocks of rows, Q being an orthonormal basis of what `basis` spans.
  private func sharpened(
    _ basis: Matrix<Float>, _ x: Matrix<Float>, _ means: [Float], every: Int
  ) throws(LinearAlgebraError) -> Matrix<Float> {
    let orthogonal = try basis.qr().q
    let result = Matrix<Float>(rows: basis.rows, columns: basis.columns)
    project(x, means, every: every, on: orthogonal) { rows, projected in
      BLAS.gemm(rows, transposeA: true, projected, into: result, beta: 1)
    }
    return result
  }

  /// Calls `body` with blocks of rows of X − mean, without gaps, and their products with the basis: with every block, or
  /// with one of so many.
  private func project(
    _ x: Matrix<Float>, _ means: [Float], every: Int, on basis: Matrix<Float>,
    _ body: (_ rows: Matrix<Float>, _ projected: Matrix<Float>) -> Void
  ) {
    let size = min(x.rows, every > 1 ? 32 : RowBlocks.size(width: x.columns))
    let block = Matrix<Float>(rows: size, columns: x.columns)
    let target = Matrix<Float>(rows: size, columns: basis.columns)
    RowBlocks.forEach(x.rows, size: size) { range in
      if range.lowerBound / size % every != 0 { return }
      let (rows, projected) = (block.rows(0..<range.count), target.rows(0..<range.count))
      x.writeCentred(range, means: means, to: rows)
      BLAS.gemm(rows, basis, into: projected)
      body(rows, projected)
    }
  }

  /// From eigenvalues in ascending order and their vectors in columns; `total` is the sum of all eigenvalues.
  private func model(
    _ values: [Float], _ vectors: Matrix<Float>, rows: Int, means: [Float], total: Double
  ) -> PCAModel {
    let directions = Matrix<Float>(rows: components, columns: means.count)
    var variances: [Float] = []
    for component in 0..<components {
      let column = vectors.column(values.count - 1 - component)
      // A direction and its opposite are the same component: the largest element is made positive.
      let sign: Float = BLAS.iamax(column).map { column[$0, 0] < 0 ? -1 : 1 } ?? 1
      BLAS.axpy(sign, column, into: directions.row(component))
      variances.append(max(0, values[values.count - 1 - component]) / Float(rows - 1))
    }
    let whole = Float(total / Double(rows - 1))
    return PCAModel(
      means: means, components: directions, variances: variances,
      varianceRatios: variances.map { whole > 0 ? $0 / whole : 0 })
  }
}

/// Directions of the largest variance, the first first.
package struct PCAModel {
  /// The centre `[d]` of the fitted rows.
  package let means: [Float]
  /// Unit vectors `[k, d]`, each with its largest element positive.
  package let components: Matrix<Float>
  /// The variance along each, with n − 1 in the denominator, and its share of the whole.
  package let variances: [Float]
  package let varianceRatios: [Float]

  /// Coordinates `[n, k]` of rows `[n, d]` along the components. Traps where the rows have another width.
  package func transform(_ x: Matrix<Float>) -> Matrix<Float> {
    let centred = Matrix<Float>(rows: x.rows, columns: x.columns)
    let result = Matrix<Float>(rows: x.rows, columns: components.rows)
    x.writeCentred(0..<x.rows, means: means, to: centred)
    BLAS.gemm(centred, components, transposeB: true, into: result)
    return result
  }

  /// The rows `[n, d]` that coordinates `[n, k]` stand for.
  package func inverseTransform(_ coordinates: Matrix<Float>) -> Matrix<Float> {
    LinearModel(weights: components, intercepts: means).predict(coordinates)
  }

  package func save(into checkpoint: inout Checkpoint) {
    checkpoint.set("means", means)
    checkpoint.set("components", components.elements, shape: components.shape)
    checkpoint.set("variances", variances)
    checkpoint.set("variance_ratios", varianceRatios)
  }

  /// Loads what `save` wrote. Throws `CheckpointError` where it does not fit.
  package init(from checkpoint: Checkpoint) throws {
    components = try checkpoint.matrix("components")
    means = try checkpoint.floats("means", count: components.columns)
    variances = try checkpoint.floats("variances", count: components.rows)
    varianceRatios = try checkpoint.floats("variance_ratios", count: components.rows)
  }

  init(means: [Float], components: Matrix<Float>, variances: [Float], varianceRatios: [Float]) {
    self.means = means
    self.components = components
    self.variances = variances
    self.varianceRatios = varianceRatios
  }
}
