import CKernels
import COpenBLAS

/// The BLAS routines by their own names. Use them in inner loops, where the operators of ``Matrix`` would allocate a result.
///
/// ```swift
/// let (x, w) = (Matrix<Float>([[1, 2], [3, 4]]), Matrix<Float>([[1], [10]]))
/// let y = Matrix<Float>(rows: 2, columns: 1)
/// BLAS.gemm(x, w, into: y)
/// print(y.elements)  // [21.0, 43.0]
/// BLAS.axpy(-1, Matrix(column: [1, 3]), into: y)
/// print(y.elements, BLAS.dot(y, y))  // [20.0, 40.0] 2000.0
/// ```
///
/// Results are written into memory that the caller owns. Routines on matrices check their shapes; the one on pointers checks
/// nothing.
public enum BLAS {
  /// C `[m, n]` ← alpha · op(A) `[m, k]` · op(B) `[k, n]` + beta · C.
  ///
  /// `lda`, `ldb`, `ldc` are the row lengths of the stored matrices.
  @inline(__always)
  public static func gemm(
    transposeA: Bool = false, transposeB: Bool = false, m: Int, n: Int, k: Int, alpha: Float = 1,
    _ a: UnsafePointer<Float>, lda: Int, _ b: UnsafePointer<Float>, ldb: Int, beta: Float = 0,
    _ c: UnsafeMutablePointer<Float>, ldc: Int
  ) {
    floatProduct(
      CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans,
      blasint(m), blasint(n), blasint(k), alpha, a, blasint(lda), b, blasint(ldb), beta, c, blasint(ldc))
  }

  /// The number of threads a product may use.
  public static var threads: Int {
    get { Int(openblas_get_num_threads()) }
    set { openblas_set_num_threads(Int32(newValue)) }
  }

  /// The processor family whose kernels OpenBLAS runs, `SkylakeX`, `Zen`.
  public static var coreType: String { String(cString: openblas_get_corename()) }
}

/// `cblas_sgemm`, row-major; on one thread `rl_product` does what it does faster, small products as of a network's layers.
func floatProduct(
  _ order: CBLAS_ORDER, _ transposeA: CBLAS_TRANSPOSE, _ transposeB: CBLAS_TRANSPOSE, _ m: Int32, _ n: Int32,
  _ k: Int32, _ alpha: Float, _ a: UnsafePointer<Float>, _ lda: Int32, _ b: UnsafePointer<Float>, _ ldb: Int32,
  _ beta: Float, _ c: UnsafeMutablePointer<Float>, _ ldc: Int32
) {
  if alpha == 1, beta == 0 || beta == 1, openblas_get_num_threads() == 1 {
    let isDone: Int32
    switch (transposeA == CblasTrans, transposeB == CblasTrans) {
    case (let isTransposed, false):
      isDone = rl_product(
        a, isTransposed ? 1 : Int(lda), isTransposed ? Int(lda) : 1, b, Int(ldb), c, Int(ldc), Int(m), Int(k), Int(n),
        beta == 1 ? 1 : 0)
    case (false, true) where beta == 0:
      isDone = rl_product_by_transposed(a, Int(lda), b, Int(ldb), c, Int(ldc), Int(m), Int(k), Int(n))
    default: isDone = 0
    }
    if isDone != 0 { return }
  }
  cblas_sgemm(order, transposeA, transposeB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
}
