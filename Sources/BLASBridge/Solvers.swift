import COpenBLAS

extension Matrix {
  /// X `[n, m]` with A · X = B, for this square A `[n, n]` and B `[n, m]`, by LU with partial pivoting (`gesv`).
  ///
  /// Traps where the shapes do not fit. Throws `singular` and `notFinite`.
  public func solve(_ b: Matrix) throws(LinearAlgebraError) -> Matrix {
    require(rows == columns && b.rows == rows, "solve: \(shape) with right-hand sides \(b.shape)")
    try requireFinite()
    try b.requireFinite()
    let (factors, solution) = (copy(), b.copy())
    guard rows > 0, b.columns > 0 else { return solution }
    var pivots = [Int32](repeating: 0, count: rows)
    let info = Scalar.routines.gesv(
      LAPACK_ROW_MAJOR, Int32(rows), Int32(b.columns), factors.base, factors.leading, &pivots, solution.base,
      solution.leading)
    guard check(info) == 0 else { throw .singular(pivot: Int(info) - 1) }
    return solution
  }

  /// X `[n, m]` that minimises |A · X - B| column by column, for this A `[rows, n]`, rows ≥ n, of full rank, by QR (`gels`).
  ///
  /// ```swift
  /// let a = Matrix<Double>([[1, 0], [1, 1], [1, 2]])  // a constant, and x = 0, 1, 2
  /// let line = try a.leastSquares(Matrix(column: [1, 3, 5]))
  /// print(line.elements.map { ($0 * 1e6).rounded() / 1e6 })  // [1.0, 2.0]
  /// ```
  ///
  /// Traps where the shapes do not fit. Throws `rankDeficient` and `notFinite`.
  public func leastSquares(_ b: Matrix) throws(LinearAlgebraError) -> Matrix {
    require(rows >= columns && b.rows == rows, "leastSquares: \(shape) with right-hand sides \(b.shape)")
    try requireFinite()
    try b.requireFinite()
    let (factors, work) = (copy(), b.copy())
    guard columns > 0, b.columns > 0 else { return Matrix(rows: columns, columns: b.columns) }
    let info = Scalar.routines.gels(
      LAPACK_ROW_MAJOR, letter("N"), Int32(rows), Int32(columns), Int32(b.columns), factors.base, factors.leading,
      work.base, work.leading)
    guard check(info) == 0 else { throw .rankDeficient(at: Int(info) - 1) }
    return work.rows(0..<columns).copy()
  }

  /// The shortest X `[columns, m]` among those that minimise |A · X - B|, for an A of any shape and rank, by singular
  /// values (`gelsd`), of which those below `tolerance` times the largest count as zero.
  ///
  /// Returns the rank found too. A negative tolerance stands for the machine's precision. Traps where the shapes do not
  /// fit. Throws `notConverged` and `notFinite`.
  public func minimumNormLeastSquares(
    _ b: Matrix, tolerance: Scalar = -1
  ) throws(LinearAlgebraError) -> (solution: Matrix, rank: Int) {
    require(b.rows == rows, "minimumNormLeastSquares: \(shape) with right-hand sides \(b.shape)")
    try requireFinite()
    try b.requireFinite()
    guard rows > 0, columns > 0, b.columns > 0 else { return (Matrix(rows: columns, columns: b.columns), 0) }
    let (factors, work) = (copy(), Matrix(rows: max(rows, columns), columns: b.columns))
    work.rows(0..<rows).fill(from: b)
    let singularValues = Matrix(rows: min(rows, columns), columns: 1)
    var rank: Int32 = 0
    let info = Scalar.routines.gelsd(
      LAPACK_ROW_MAJOR, Int32(rows), Int32(columns), Int32(b.columns), factors.base, factors.leading, work.base,
      work.leading, singularValues.base, tolerance, &rank)
    guard check(info) == 0 else { throw .notConverged(routine: "gelsd") }
    return (work.rows(0..<columns).copy(), Int(rank))
  }
}

/// The factor L of a symmetric positive definite A = L · Lᵀ (`potrf`). Use it where one matrix is solved for many right-hand
/// sides, as the normal equations of ridge regression are; it takes half the work of `Matrix.solve`.
///
/// ```swift
/// let cholesky = try Cholesky(Matrix<Double>([[4, 2], [2, 5]]))
/// print(cholesky.factor.elements)  // [2.0, 0.0, 1.0, 2.0]
/// print(cholesky.solve(Matrix(column: [8, 8])).elements)  // [1.5, 1.0]
/// ```
public struct Cholesky<Scalar: BLASScalar> {
  /// Lower triangular, zeros above the diagonal.
  public let factor: Matrix<Scalar>

  /// Factors A `[n, n]`, of which only the lower triangle is read.
  ///
  /// Traps where A is not square. Throws `notPositiveDefinite` and `notFinite`.
  public init(_ a: Matrix<Scalar>) throws(LinearAlgebraError) {
    require(a.rows == a.columns, "Cholesky: \(a.shape) is not square")
    factor = a.copy()
    for row in 0..<a.rows {
      for column in row + 1..<max(a.columns, row + 1) { factor[row, column] = 0 }
    }
    try factor.requireFinite()
    guard a.rows > 0 else { return }
    let info = Scalar.routines.potrf(LAPACK_ROW_MAJOR, letter("L"), Int32(a.rows), factor.base, factor.leading)
    guard check(info) == 0 else { throw .notPositiveDefinite(at: Int(info) - 1) }
  }

  /// X `[n, m]` with A · X = B (`potrs`). Traps where B has other than n rows.
  public func solve(_ b: Matrix<Scalar>) -> Matrix<Scalar> {
    require(b.rows == factor.rows, "Cholesky.solve: \(factor.shape) with right-hand sides \(b.shape)")
    let solution = b.copy()
    guard b.rows > 0, b.columns > 0 else { return solution }
    check(
      Scalar.routines.potrs(
        LAPACK_ROW_MAJOR, letter("L"), Int32(b.rows), Int32(b.columns), factor.base, factor.leading, solution.base,
        solution.leading))
    return solution
  }
}

/// A LAPACK option, `letter("N")`.
func letter(_ scalar: Unicode.Scalar) -> CChar { CChar(scalar.value) }

/// What LAPACK returned, if the call itself was right: below 0 it names a bad argument or missing memory.
@discardableResult
func check(_ info: Int32) -> Int32 {
  require(info >= 0, "LAPACK refused a call (info \(info)): out of memory, or argument \(-info) is wrong")
  return info
}
