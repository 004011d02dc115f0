import CKernels
import COpenBLAS

/// Products on row-major memory, without a check on the way: the caller vouches for shapes.
public enum BLAS {
  /// C `[m, n]` ← alpha · op(A) `[m, k]` · op(B) `[k, n]` + beta · C.
  ///
  /// `lda`, `ldb`, `ldc` are the row lengths of the stored matrices. A network's layers are multiplied by `rl_product`
  /// where that is faster.
  @inline(__always)
  public static func gemm(
    transposeA: Bool = false, transposeB: Bool = false, m: Int, n: Int, k: Int, alpha: Float = 1,
    _ a: UnsafePointer<Float>, lda: Int, _ b: UnsafePointer<Float>, ldb: Int, beta: Float = 0,
    _ c: UnsafeMutablePointer<Float>, ldc: Int
  ) {
    if alpha == 1, beta == 0, !transposeB, openblas_get_num_threads() == 1,
      rl_product(a, transposeA ? 1 : lda, transposeA ? lda : 1, b, ldb, c, ldc, m, k, n) != 0
    {
      return
    }
    cblas_sgemm(
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
