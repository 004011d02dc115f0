import COpenBLAS

extension Matrix {
  /// A `[m, n]` = Q `[m, k]` · R `[k, n]`, k = min(m, n): Q with orthonormal columns, R upper triangular (`geqrf`).
  ///
  /// Throws `notFinite`.
  public func qr() throws(LinearAlgebraError) -> (q: Matrix, r: Matrix) {
    try requireFinite()
    let k = min(rows, columns)
    let (factors, r) = (copy(), Matrix(rows: k, columns: columns))
    guard k > 0 else { return (Matrix(rows: rows, columns: 0), r) }
    let reflectors = Matrix(rows: k, columns: 1)
    check(
      Scalar.routines.geqrf(
        LAPACK_ROW_MAJOR, Int32(rows), Int32(columns), factors.base, factors.leading, reflectors.base))
    for row in 0..<k {
      for column in row..<columns { r[row, column] = factors[row, column] }
    }
    let q = factors.columns(0..<k)
    check(
      Scalar.routines.orgqr(LAPACK_ROW_MAJOR, Int32(rows), Int32(k), Int32(k), q.base, q.leading, reflectors.base))
    return (k == columns ? factors : q.copy(), r)
  }

  /// A `[m, n]` = U `[m, k]` · diag(values) · Vᵀ `[k, n]`, k = min(m, n), values from large to small (`gesdd`).
  ///
  /// ```swift
  /// let (_, values, _) = try Matrix<Double>([[3, 0], [0, -2]]).singularValues()
  /// print(values)  // [3.0, 2.0]
  /// ```
  ///
  /// Throws `notConverged` and `notFinite`.
  public func singularValues() throws(LinearAlgebraError) -> (u: Matrix, values: [Scalar], vTransposed: Matrix) {
    try requireFinite()
    let k = min(rows, columns)
    let (work, u, v) = (copy(), Matrix(rows: rows, columns: k), Matrix(rows: k, columns: columns))
    var values = [Scalar](repeating: 0, count: k)
    guard k > 0 else { return (u, values, v) }
    let info = Scalar.routines.gesdd(
      LAPACK_ROW_MAJOR, letter("S"), Int32(rows), Int32(columns), work.base, work.leading, &values, u.base, u.leading,
      v.base, v.leading)
    guard check(info) == 0 else { throw .notConverged(routine: "gesdd") }
    return (u, values, v)
  }

  /// The symmetric A `[n, n]` = V · diag(values) · Vᵀ, values from small to large, vectors in V's columns (`syevd`).
  ///
  /// Only the lower triangle is read. Traps where A is not square. Throws `notConverged` and `notFinite`.
  public func symmetricEigenvalues() throws(LinearAlgebraError) -> (values: [Scalar], vectors: Matrix) {
    require(rows == columns, "symmetricEigenvalues: \(shape) is not square")
    let vectors = copy()
    for row in 0..<rows {
      for column in 0..<row { vectors[column, row] = vectors[row, column] }
    }
    try vectors.requireFinite()
    var values = [Scalar](repeating: 0, count: rows)
    guard rows > 0 else { return (values, vectors) }
    let info = Scalar.routines.syevd(
      LAPACK_ROW_MAJOR, letter("V"), letter("L"), Int32(rows), vectors.base, vectors.leading, &values)
    guard check(info) == 0 else { throw .notConverged(routine: "syevd") }
    return (values, vectors)
  }
}
