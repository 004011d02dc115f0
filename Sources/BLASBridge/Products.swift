import COpenBLAS

// Level 2 and 3: products of matrices whose shapes are checked.
extension BLAS {
  /// C `[m, n]` ← alpha · op(A) `[m, k]` · op(B) `[k, n]` + beta · C, op being the transpose where asked for.
  ///
  /// With `beta` 0, C need not be initialised. Traps where the shapes do not fit or C overlaps A or B.
  public static func gemm<Scalar>(
    _ a: Matrix<Scalar>, transposeA: Bool = false, _ b: Matrix<Scalar>, transposeB: Bool = false,
    into c: Matrix<Scalar>, alpha: Scalar = 1, beta: Scalar = 0
  ) {
    let (m, k) = transposeA ? (a.columns, a.rows) : (a.rows, a.columns)
    let (inner, n) = transposeB ? (b.columns, b.rows) : (b.rows, b.columns)
    require(
      k == inner && c.rows == m && c.columns == n,
      "gemm: [\(m), \(k)] times [\(inner), \(n)] does not go into \(c.shape)")
    require(!c.overlaps(a) && !c.overlaps(b), "gemm: the result overlaps a factor")
    guard m > 0, n > 0 else { return }
    Scalar.routines.gemm(
      CblasRowMajor, transpose(transposeA), transpose(transposeB), Int32(m), Int32(n), Int32(k), alpha, a.base,
      a.leading, b.base, b.leading, beta, c.base, c.leading)
  }

  /// y `[m]` ← alpha · op(A) `[m, n]` · x `[n]` + beta · y. Traps where the shapes do not fit or y overlaps A or x.
  public static func gemv<Scalar>(
    _ a: Matrix<Scalar>, transpose transposed: Bool = false, _ x: Matrix<Scalar>, into y: Matrix<Scalar>,
    alpha: Scalar = 1, beta: Scalar = 0
  ) {
    let (m, n) = transposed ? (a.columns, a.rows) : (a.rows, a.columns)
    let (from, to) = (x.asVector("gemv"), y.asVector("gemv"))
    require(
      from.count == n && to.count == m,
      "gemv: [\(m), \(n)] times a vector of \(from.count) does not go into \(to.count)")
    require(!y.overlaps(a) && !y.overlaps(x), "gemv: the result overlaps a factor")
    guard m > 0 else { return }
    guard n > 0 else { return scal(beta, y) }
    Scalar.routines.gemv(
      CblasRowMajor, transpose(transposed), Int32(a.rows), Int32(a.columns), alpha, a.base, a.leading, x.base,
      Int32(from.increment), beta, y.base, Int32(to.increment))
  }

  /// A `[m, n]` ← A + alpha · x `[m]` · yᵀ `[n]`. Traps where the shapes do not fit or A overlaps x or y.
  public static func ger<Scalar>(
    _ x: Matrix<Scalar>, _ y: Matrix<Scalar>, into a: Matrix<Scalar>, alpha: Scalar = 1
  ) {
    let (left, right) = (x.asVector("ger"), y.asVector("ger"))
    require(
      a.rows == left.count && a.columns == right.count,
      "ger: vectors of \(left.count) and \(right.count) do not go into \(a.shape)")
    require(!a.overlaps(x) && !a.overlaps(y), "ger: the result overlaps a factor")
    guard a.rows > 0, a.columns > 0 else { return }
    Scalar.routines.ger(
      CblasRowMajor, Int32(a.rows), Int32(a.columns), alpha, x.base, Int32(left.increment), y.base,
      Int32(right.increment), a.base, a.leading)
  }

  /// C `[n, n]` ← alpha · op(A) · op(A)ᵀ + beta · C, symmetric: A · Aᵀ, or Aᵀ · A with `transpose`.
  ///
  /// Only C's lower triangle is read; both are written. Half the work of `gemm`. Traps where the shapes do not fit or C
  /// overlaps A.
  public static func syrk<Scalar>(
    _ a: Matrix<Scalar>, transpose transposed: Bool = false, into c: Matrix<Scalar>, alpha: Scalar = 1,
    beta: Scalar = 0
  ) {
    let (n, k) = transposed ? (a.columns, a.rows) : (a.rows, a.columns)
    require(c.rows == n && c.columns == n, "syrk: [\(n), \(k)] times its transpose does not go into \(c.shape)")
    require(!c.overlaps(a), "syrk: the result overlaps the factor")
    guard n > 0 else { return }
    Scalar.routines.syrk(
      CblasRowMajor, CblasLower, transpose(transposed), Int32(n), Int32(k), alpha, a.base, a.leading, beta, c.base,
      c.leading)
    for row in 0..<n {
      for column in 0..<row { c.base[column * c.stride + row] = c.base[row * c.stride + column] }
    }
  }

  private static func transpose(_ yes: Bool) -> CBLAS_TRANSPOSE { yes ? CblasTrans : CblasNoTrans }
}

extension Matrix {
  /// The product of two matrices, in a new one. Traps where the inner sides differ.
  public static func * (a: Matrix, b: Matrix) -> Matrix {
    let result = Matrix(rows: a.rows, columns: b.columns)
    BLAS.gemm(a, b, into: result)
    return result
  }
}
