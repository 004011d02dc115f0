import BLASBridge
import CKernels

/// Rows go through a product block by block, so that a block is still in the cache when it is needed again.
enum RowBlocks {
  /// As many rows of this width as fill about half of a core's second cache.
  static func size(width: Int) -> Int { max(32, min(4096, (192 * 1024) / max(1, width) / 16 * 16)) }

  /// Calls `body` with consecutive ranges that cover `rows`.
  static func forEach(_ rows: Int, size: Int, _ body: (Range<Int>) -> Void) {
    var start = 0
    while start < rows {
      body(start..<min(rows, start + size))
      start += size
    }
  }
}

extension Matrix<Float> {
  /// The means of the columns `[columns]`, summed in double precision over blocks of rows.
  func columnMeans() -> [Float] {
    let matrix = packed
    var sums = [Double](repeating: 0, count: columns)
    let partial = FloatBuffer(count: columns)
    RowBlocks.forEach(rows, size: 256) { range in
      rl_column_sums(matrix.base + range.lowerBound * columns, partial.base, range.count, columns, 0)
      for column in 0..<columns { sums[column] += Double(partial.base[column]) }
    }
    return sums.map { Float($0 / Double(max(1, rows))) }
  }

  /// The means of the columns `[columns]`, where rows count by their weights; all the same if nil.
  func columnMeans(weights: [Float]?) -> [Float] {
    guard let weights else { return columnMeans() }
    var sums = [Double](repeating: 0, count: columns)
    for row in 0..<rows {
      for column in 0..<columns { sums[column] += Double(weights[row]) * Double(self[row, column]) }
    }
    let count = count(weights)
    return sums.map { Float($0 / count) }
  }

  /// The sum of the rows' weights, or their number.
  func count(_ weights: [Float]?) -> Double {
    weights.map { $0.reduce(0) { $0 + Double($1) } } ?? Double(rows)
  }

  /// The matrix itself where its rows follow one another without gaps, else a copy of which this is true.
  var packed: Matrix { stride == columns || rows <= 1 ? self : copy() }

  /// Writes the rows `range`, less `means`, to the first rows of `target`; times the roots of `weights`, so that products of
  /// the rows written are weighted.
  func writeCentred(_ range: Range<Int>, means: [Float], weights: [Float]? = nil, to target: Matrix) {
    for row in range {
      let (from, to) = (base + row * stride, target.base + (row - range.lowerBound) * target.stride)
      means.withUnsafeBufferPointer { means in
        for column in 0..<columns { to[column] = from[column] - means[column] }
      }
      if let weights {
        let root = weights[row].squareRoot()
        for column in 0..<columns { to[column] *= root }
      }
    }
  }
}
