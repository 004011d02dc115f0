import BLASBridge

/// How fast OpenBLAS multiplies here: what training can be measured against.
enum MatrixProducts {
  /// GFLOP/s of C `[rows, 64]` ← A `[rows, 64]` · B `[64, 64]` on one thread, over about a fifth of a second.
  static func speed(rows: Int) -> Double {
    BLAS.threads = 1
    let width = 64
    let (a, b, c) = (
      FloatBuffer(count: rows * width), FloatBuffer(count: width * width), FloatBuffer(count: rows * width)
    )
    for i in 0..<a.count { a.base[i] = Float(i % 7) - 3 }
    for i in 0..<b.count { b.base[i] = Float(i % 5) - 2 }
    let operations = 2.0 * Double(rows * width * width)
    let products = Int(0.2 * 5e10 / operations)
    func multiply(_ times: Int) {
      for _ in 0..<times {
        BLAS.gemm(m: rows, n: width, k: width, a.base, lda: width, b.base, ldb: width, c.base, ldc: width)
      }
    }
    multiply(products / 10)
    return operations * Double(products) / timed { multiply(products) }.seconds / 1e9
  }
}
