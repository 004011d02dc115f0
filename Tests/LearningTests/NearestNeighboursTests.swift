import BLASBridge
import Randomness
import Testing

@testable import Learning

@Suite struct NearestNeighboursTests {
  /// All distances in double precision, sorted, of equal ones the first row first.
  private func bruteForce(_ points: Matrix<Float>, _ row: Matrix<Float>, _ metric: NearestNeighbours.Metric) -> [Int32]
  {
    let distances = (0..<points.rows).map { point in
      (0..<points.columns).reduce(0.0) { sum, i in
        let distance = Double(row[0, i]) - Double(points[point, i])
        return sum + (metric == .manhattan ? abs(distance) : distance * distance)
      }
    }
    return points.rows == 0
      ? [] : distances.indices.sorted { (distances[$0], $0) < (distances[$1], $1) }.map { Int32($0) }
  }

  private func check(_ points: Matrix<Float>, _ rows: Matrix<Float>, k: Int) {
    for metric in NearestNeighbours.Metric.allCases {
      let found = NearestNeighbours(points, metric: metric).nearest(k, to: rows)
      for row in 0..<rows.rows {
        let expected = bruteForce(points, rows.row(row), metric).prefix(k)
        #expect(found.indices[row * k..<(row + 1) * k] == expected, "row \(row), k \(k), \(metric)")
      }
    }
  }

  @Test(arguments: [(1, 1, 1), (63, 2, 5), (64, 3, 64), (65, 16, 10), (700, 17, 7), (300, 40, 1), (200, 130, 33)])
  func `they are those of all distances in double precision`(n: Int, d: Int, k: Int) {
    check(normalMatrix(n, d, seed: UInt64(n)), normalMatrix(41, d, seed: 2), k: k)
  }

  @Test func `far from the origin, where squares cancel, they are still exact`() {
    let points = normalMatrix(500, 6, seed: 3)
    for i in 0..<500 * 6 { points.base[i] = 1_000 + points.base[i] / 64 }
    check(points, points.rows(0..<30), k: 8)
  }

  @Test func `of duplicates and ties the first rows are taken`() {
    var generator = CounterGenerator(SeedSequence(4))
    let points = Matrix<Float>(
      rows: 900, columns: 3, (0..<2_700).map { _ in Float(generator.integer(below: 3)) })
    check(points, points.rows(0..<60), k: 12)
    check(Matrix<Float>(rows: 200, columns: 2), Matrix<Float>(rows: 3, columns: 2), k: 20)
  }

  @Test func `the largest numbers of single precision and infinities trap nowhere`() {
    let extreme = Matrix<Float>([[3e38, 0], [-3e38, 0], [0, 0], [1, 1], [1e20, 1e20]])
    check(extreme, extreme, k: 5)
    let broken = Matrix<Float>([[.nan, 0], [.infinity, 0], [0, 0], [1, 1]])
    let found = NearestNeighbours(broken).nearest(4, to: broken)
    #expect(found.indices[8..<10] == [2, 3] && found.indices.allSatisfy { (0..<4).contains($0) })
  }
}
