import BLASBridge
import CKernels

/// The nearest of many rows to any row, exactly: every row is looked at, fast in single precision, and those that may be
/// among the nearest once more in double precision.
///
///     let points = NearestNeighbours(Matrix<Float>([[0, 0], [3, 4], [1, 0]]))
///     let found = points.nearest(2, to: Matrix<Float>([[0, 0]]))
///     print(found.indices, found.distances)  // [0, 2] [0.0, 1.0]
package struct NearestNeighbours {
  package enum Metric: String, CaseIterable, Codable, Sendable { case euclidean, manhattan }

  /// Of n rows, the k nearest of each, the nearest first; of equally near ones the one that comes first.
  package struct Found: Hashable, Sendable {
    package let k: Int
    /// `[n, k]`
    package let indices: [Int32]
    /// `[n, k]`
    package let distances: [Double]
  }

  /// The panels of the kernel.
  private static let panel = 64
  /// Rows that see a panel while it is in the first cache.
  private static let block = 504
  /// Squared lengths beyond which single precision is not trusted.
  private static let longest: Float = 1e30

  /// `[n, d]`
  package let points: Matrix<Float>
  package let metric: Metric
  /// The points with zeros behind each, as the kernel of exact distances takes them.
  private let padded: Matrix<Float>
  private let panels: FloatBuffer

  package init(_ points: Matrix<Float>, metric: Metric = .euclidean) {
    self.points = points
    self.metric = metric
    padded = Self.padded(points)
    let (d, size) = (points.columns, Self.panel)
    panels = FloatBuffer(count: (points.rows + size - 1) / size * size * (1 + d))
    let slack = Self.slack(d)
    for row in 0..<points.rows {
      let place = panels.base + row / size * size * (1 + d) + row % size
      let square = rl_sum_of_squares(padded.base + row * padded.stride, padded.columns)
      // What the sums of single precision may be off is taken off here and added to limits, so that no neighbour is lost.
      place[0] = Float(square) < Self.longest ? Float(square * (1 - 2 * slack)) : .nan
      for i in 0..<d { place[(1 + i) * size] = metric == .manhattan ? points[row, i] : -2 * points[row, i] }
    }
  }

  /// The k nearest points to each row. Traps where there are fewer than k points or the rows have another width.
  package func nearest(_ k: Int, to rows: Matrix<Float>) -> Found {
    require(k >= 1 && k <= points.rows, "there are no \(k) nearest of \(points.rows) points")
    require(rows.columns == points.columns, "rows of \(rows.columns) beside points of \(points.columns)")
    let rows = Self.padded(rows)
    var indices = [Int32](repeating: -1, count: rows.rows * k)
    var distances = [Double](repeating: .infinity, count: rows.rows * k)
    indices.withUnsafeMutableBufferPointer { indices in
      distances.withUnsafeMutableBufferPointer { distances in
        RowBlocks.forEach(rows.rows, size: Self.block) { range in
          search(
            rows.rows(range), k, indices.baseAddress! + range.lowerBound * k,
            distances.baseAddress! + range.lowerBound * k)
        }
        if metric == .euclidean { for i in distances.indices { distances[i] = distances[i].squareRoot() } }
      }
    }
    return Found(k: k, indices: indices, distances: distances)
  }

  /// Sums of squares for Euclid's metric.
  private func search(
    _ x: Matrix<Float>, _ k: Int, _ indices: UnsafeMutablePointer<Int32>, _ distances: UnsafeMutablePointer<Double>
  ) {
    let (d, n, size) = (points.columns, points.rows, Self.panel)
    let isManhattan: Int32 = metric == .manhattan ? 1 : 0
    let slack = Self.slack(d)
    let squares = (0..<x.rows).map { rl_sum_of_squares(x.base + $0 * x.stride, x.columns) }
    // Nothing is left out before k are found: NaN is a limit that nothing reaches.
    var limits = [Float](repeating: .nan, count: x.rows)
    var counts = [Int](repeating: 0, count: x.rows)
    var near = [Int32](repeating: 0, count: x.rows)
    var masks = [UInt64](repeating: 0, count: x.rows)
    limits.withUnsafeMutableBufferPointer { limits in
      for start in stride(from: 0, to: n, by: size) {
        let panel = panels.base + start * (1 + d)
        let found = rl_neighbours(
          x.base, x.stride, x.rows, panel, d, limits.baseAddress!, isManhattan, &near, &masks)
        let present = n - start >= size ? ~0 : (UInt64(1) << UInt64(n - start)) &- 1
        for place in 0..<found {
          let row = Int(near[place])
          let (list, sums) = (indices + row * k, distances + row * k)
          var mask = masks[place] & present
          var isChanged = false
          while mask != 0 {
            let point = start + mask.trailingZeroBitCount
            mask &= mask &- 1
            var distance = rl_distance(
              x.base + row * x.stride, padded.base + point * padded.stride, padded.columns, isManhattan)
            if distance.isNaN { distance = .infinity }
            if counts[row] == k, distance >= sums[k - 1] { continue }
            var last = min(counts[row], k - 1)
            while last > 0, sums[last - 1] > distance {
              (sums[last], list[last]) = (sums[last - 1], list[last - 1])
              last -= 1
            }
            (sums[last], list[last]) = (distance, Int32(point))
            counts[row] = min(k, counts[row] + 1)
            isChanged = true
          }
          guard isChanged, counts[row] == k else { continue }
          limits[row] = limit(sums[k - 1], squares[row], slack)
        }
      }
    }
  }

  /// What the kernel's sum of a point must be below for the point to be nearer than `distance`.
  private func limit(_ distance: Double, _ square: Double, _ slack: Double) -> Float {
    // Of equally near points the first stay.
    if distance == 0 { return -.infinity }
    switch metric {
    case .manhattan: return distance < 1e30 ? Float(distance * (1 + slack)).nextUp : .nan
    case .euclidean:
      guard Float(square) < Self.longest, distance < 1e30 else { return .nan }
      return Float(distance - square * (1 - slack)).nextUp
    }
  }

  /// More than the relative error of a sum of d products in single precision, of |y|² − 2 x · y in units of 2|y|² + |x|².
  private static func slack(_ d: Int) -> Double { 2 * Double(d + 8) * Double(Float.ulpOfOne) }

  private static func padded(_ rows: Matrix<Float>) -> Matrix<Float> {
    let result = Matrix<Float>(rows: rows.rows, columns: (rows.columns + 15) / 16 * 16)
    result.columns(0..<rows.columns).fill(from: rows)
    return result
  }
}
