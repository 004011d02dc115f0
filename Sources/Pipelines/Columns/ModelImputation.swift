import BLASBridge

/// scikit-learn's `IterativeImputer` (van Buuren & Groothuis-Oudshoorn 2011): each column is regressed on all others, again and
/// again, and its missing values become what the regression says.
struct ModelImputation: Codable, Sendable {
  /// A column as a linear function of the others.
  struct Regression: Codable, Sendable {
    var column: Int
    /// Of all columns, 0 of its own.
    var weights: [Double]
    var intercept: Double

    func value(_ row: Int, of columns: [[Double]]) -> Double {
      var sum = intercept
      for (column, weight) in weights.enumerated() where column != self.column { sum += weight * columns[column][row] }
      return sum
    }
  }

  /// The first guess of missing values.
  private let means: [Double]
  /// Those of a round, round after round.
  private let regressions: [Regression]

  /// Fits columns `[d][n]`, of which each has a value. Throws where they are too large for squares.
  init(fitting values: [[Double]], means: [Double], rounds: Int, tolerance: Double) throws(PipelineError) {
    self.means = means
    var filled = Self.guessed(values, means)
    let lacking = values.map { column in column.indices.filter { column[$0].isNaN } }
    // The fewest missing values first; sorting is stable.
    let order = values.indices.sorted { lacking[$0].count < lacking[$1].count }
    let greatest = values.joined().reduce(0) { $1.isNaN ? $0 : max($0, abs($1)) }
    var regressions: [Regression] = []
    for _ in 0..<rounds {
      let before = filled
      for column in order {
        let regression = try Self.regression(of: column, values, filled)
        for row in lacking[column] { filled[column][row] = regression.value(row, of: filled) }
        regressions.append(regression)
      }
      var change = 0.0
      for row in filled[0].indices {
        change = max(change, filled.indices.reduce(0) { $0 + abs(filled[$1][row] - before[$1][row]) })
      }
      guard change.isFinite else { throw PipelineError("the imputed values grow beyond all bounds: scale the columns") }
      if change < tolerance * greatest { break }
    }
    self.regressions = regressions
  }

  /// Columns `[d][n]` without a missing value.
  func filled(_ values: [[Double]]) -> [[Double]] {
    var filled = Self.guessed(values, means)
    let lacking = values.map { column in column.indices.filter { column[$0].isNaN } }
    for regression in regressions {
      for row in lacking[regression.column] { filled[regression.column][row] = regression.value(row, of: filled) }
    }
    return filled
  }

  private static func guessed(_ values: [[Double]], _ means: [Double]) -> [[Double]] {
    zip(values, means).map { column, mean in column.map { $0.isNaN ? mean : $0 } }
  }

  private static func regression(
    of column: Int, _ values: [[Double]], _ filled: [[Double]]
  ) throws(PipelineError) -> Regression {
    let rows = values[column].indices.filter { !values[column][$0].isNaN }
    let others = values.indices.filter { $0 != column }
    var weights = [Double](repeating: 0, count: values.count)
    let (n, d) = (rows.count, others.count)
    func mean(_ column: [Double]) -> Double { rows.reduce(0) { $0 + column[$1] } / Double(n) }
    let target = mean(values[column])
    if d == 0 { return Regression(column: column, weights: weights, intercept: target) }
    let (x, y, means) = (
      Matrix<Double>(rows: n, columns: d), Matrix<Double>(rows: n, columns: 1), others.map { mean(filled[$0]) }
    )
    for (place, row) in rows.enumerated() {
      for (index, other) in others.enumerated() { x[place, index] = filled[other][row] - means[index] }
      y[place, 0] = values[column][row] - target
    }
    guard let found = try? BayesianRidge.weights(x, y) else {
      throw PipelineError("the columns have no finite squares: scale them before they are imputed")
    }
    for (index, other) in others.enumerated() { weights[other] = found[index] }
    return Regression(
      column: column, weights: weights, intercept: target - zip(found, means).reduce(0) { $0 + $1.0 * $1.1 })
  }
}

/// Ridge regression that finds the weight of its penalty by the evidence (MacKay 1992), as scikit-learn's `BayesianRidge`.
enum BayesianRidge {
  /// Of centred rows `[n, d]` and targets `[n, 1]`.
  static func weights(_ x: Matrix<Double>, _ y: Matrix<Double>) throws -> [Double] {
    let (n, d) = (x.rows, x.columns)
    let gram = Matrix<Double>(rows: d, columns: d)
    BLAS.syrk(x, transpose: true, into: gram)
    let cross = Matrix<Double>(rows: d, columns: 1)
    BLAS.gemv(x, transpose: true, y, into: cross)
    let (eigenvalues, vectors) = try gram.symmetricEigenvalues()
    let rotated = Matrix<Double>(rows: d, columns: 1)
    BLAS.gemv(vectors, transpose: true, cross, into: rotated)
    let squares = y.elements.reduce(0) { $0 + $1 * $1 }
    // Of the noise and of the weights; the priors are next to flat.
    var (alpha, lambda) = (1 / (squares / Double(n) + .ulpOfOne), 1.0)
    let prior = 1e-6
    var weights = [Double](repeating: 0, count: d)
    func update() {
      let shares = Matrix<Double>(rows: d, columns: 1)
      for i in 0..<d { shares[i, 0] = rotated[i, 0] / (max(0, eigenvalues[i]) + lambda / alpha) }
      let product = Matrix<Double>(rows: d, columns: 1)
      BLAS.gemv(vectors, shares, into: product)
      weights = product.elements
    }
    for iteration in 0..<300 {
      let before = weights
      update()
      let predicted = Matrix<Double>(rows: n, columns: 1)
      BLAS.gemv(x, Matrix(column: weights), into: predicted)
      let error = (0..<n).reduce(0.0) { $0 + (y[$1, 0] - predicted[$1, 0]) * (y[$1, 0] - predicted[$1, 0]) }
      let gamma = eigenvalues.reduce(0) { $0 + alpha * max(0, $1) / (lambda + alpha * max(0, $1)) }
      lambda = (gamma + 2 * prior) / (weights.reduce(0) { $0 + $1 * $1 } + 2 * prior)
      alpha = (Double(n) - gamma + 2 * prior) / (error + 2 * prior)
      if iteration > 0, zip(before, weights).reduce(0, { $0 + abs($1.0 - $1.1) }) < 1e-3 { break }
    }
    update()
    return weights
  }
}
