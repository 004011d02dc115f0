import BLASBridge

/// The centred second moments, weighted where rows have weights, of features X `[n, d]`, and of features and targets Y `[n, t]`, in one pass over the rows.
struct SecondMoments {
  /// The means `[d]` and `[t]`.
  let means: [Float]
  let targetMeans: [Float]
  /// (X − mean)ᵀ(X − mean) `[d, d]`.
  let gram: Matrix<Float>
  /// (X − mean)ᵀ(Y − mean) `[d, t]`.
  let cross: Matrix<Float>

  /// Rows are centred before they are multiplied: the difference of two large sums would lose the digits.
  init(_ x: Matrix<Float>, _ y: Matrix<Float>? = nil, weights: [Float]? = nil, centred: Bool = true) {
    let y = y ?? Matrix(rows: x.rows, columns: 0)
    let zeros = [Float](repeating: 0, count: x.columns)
    means = centred ? x.columnMeans(weights: weights) : zeros
    targetMeans = centred ? y.columnMeans(weights: weights) : [Float](repeating: 0, count: y.columns)
    gram = Matrix(rows: x.columns, columns: x.columns)
    cross = Matrix(rows: x.columns, columns: y.columns)
    let size = 4096
    let xBlock = Matrix<Float>(rows: min(size, x.rows), columns: x.columns)
    let yBlock = Matrix<Float>(rows: min(size, x.rows), columns: y.columns)
    RowBlocks.forEach(x.rows, size: size) { range in
      x.writeCentred(range, means: means, weights: weights, to: xBlock)
      y.writeCentred(range, means: targetMeans, weights: weights, to: yBlock)
      let rows = xBlock.rows(0..<range.count)
      BLAS.syrk(rows, transpose: true, into: gram, beta: 1)
      BLAS.gemm(rows, transposeA: true, yBlock.rows(0..<range.count), into: cross, beta: 1)
    }
  }
}
