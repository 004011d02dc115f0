import BLASBridge
import CKernels
import Foundation
import Randomness

/// The two steps of Lloyd's algorithm over the same rows.
///
/// Rows and centres are kept relative to the columns' means, as |x − c|² = |x|² − 2 x · c + |c|² loses digits far from
/// the origin. The sums of the clusters' rows are kept in double precision and changed only for rows that change sides.
/// Rows that cannot change sides, because the centres have moved too little since they were looked at, are left out
/// (Hamerly 2010); the bounds leave room for rounding, so that the result is the same.
final class LloydIterations {
  /// Rows `[n, d]` and centres `[k, d]`, less the means.
  private let x: Matrix<Float>
  private let centres: Matrix<Float>
  private let means: [Float]
  private(set) var assignments: [Int32]
  private var sums: [Double]
  private var counts: [Int]
  private let block: Int
  /// Columns that are computed: k, but at least the 16 that the thin kernel has.
  private let width: Int
  private let transposed: Matrix<Float>
  private let scores: Matrix<Float>
  private let halfSquares: FloatBuffer
  private let difference: FloatBuffer
  /// |x| of each row, and the sum of their squares.
  private let lengths: [Float]
  private let squares: Double
  /// Of each row, at most this far from its own centre, and at least that far from every other; meaningless until seen.
  private var nearest: [Float]
  private var others: [Float]
  /// Rows to be looked at, side by side where they are not neighbours.
  private var candidates: [Int32] = []
  private let gathered: Matrix<Float>

  init(_ x: Matrix<Float>, clusters: Int) {
    means = x.columnMeans()
    self.x = Matrix(rows: x.rows, columns: x.columns)
    x.writeCentred(0..<x.rows, means: means, to: self.x)
    centres = Matrix(rows: clusters, columns: x.columns)
    difference = FloatBuffer(count: x.columns)
    assignments = Array(repeating: -1, count: x.rows)
    sums = Array(repeating: 0, count: clusters * x.columns)
    counts = Array(repeating: 0, count: clusters)
    block = RowBlocks.size(width: x.columns)
    width = max(16, clusters)
    transposed = Matrix(rows: x.columns, columns: width)
    scores = Matrix(rows: block, columns: width)
    halfSquares = FloatBuffer(count: clusters)
    var (lengths, squares) = ([Float](), 0.0)
    for row in 0..<x.rows {
      let square = rl_sum_of_squares(self.x.base + row * x.columns, x.columns)
      lengths.append(Float(square.squareRoot()))
      squares += square
    }
    (self.lengths, self.squares) = (lengths, squares)
    nearest = Array(repeating: .infinity, count: x.rows)
    others = Array(repeating: 0, count: x.rows)
    candidates.reserveCapacity(block)
    gathered = Matrix(rows: block, columns: x.columns)
  }

  /// Starts at these centres `[k, d]`, without assignments.
  func begin(at first: Matrix<Float>) {
    first.writeCentred(0..<first.rows, means: means, to: centres)
    for i in assignments.indices { assignments[i] = -1 }
    for i in sums.indices { sums[i] = 0 }
    for i in counts.indices { counts[i] = 0 }
    for i in nearest.indices { (nearest[i], others[i]) = (.infinity, 0) }
  }

  var model: KMeansModel {
    let result = centres.copy()
    for cluster in 0..<result.rows { BLAS.axpy(1, Matrix(column: means), into: result.row(cluster)) }
    return KMeansModel(centres: result)
  }

  /// The mean over the columns of their variance.
  var meanVariance: Double { squares / Double(max(1, x.rows * x.columns)) }

  /// Assigns every row to its nearest centre, the first of equals; returns how many changed sides.
  func assign() -> Int {
    let (k, d) = (centres.rows, x.columns)
    // argmin |x − c|² = argmax x · c − |c|² / 2
    for cluster in 0..<k { halfSquares.base[cluster] = Float(rl_sum_of_squares(centres.base + cluster * d, d) / 2) }
    for column in 0..<d {
      for cluster in 0..<k { transposed.base[column * width + cluster] = centres.base[cluster * d + column] }
    }
    let halfGaps = halfDistancesBetweenCentres()
    var changed = 0
    candidates.removeAll(keepingCapacity: true)
    for row in 0..<x.rows {
      // Another centre is at least as far as the bound says, and as twice half the gap less the own distance.
      if assignments[row] >= 0, nearest[row] < max(others[row], halfGaps[Int(assignments[row])]) { continue }
      candidates.append(Int32(row))
      if candidates.count == block { changed += assignCandidates() }
    }
    return changed + assignCandidates()
  }

  /// Assigns the rows in `candidates`, and empties them; returns how many changed sides.
  private func assignCandidates() -> Int {
    let (count, k, d) = (candidates.count, centres.rows, x.columns)
    guard count > 0 else { return 0 }
    defer { candidates.removeAll(keepingCapacity: true) }
    var rows = x.rows(Int(candidates[0])..<Int(candidates[0]) + 1)
    if Int(candidates[count - 1]) == Int(candidates[0]) + count - 1 {
      rows = x.rows(Int(candidates[0])..<Int(candidates[0]) + count)
    } else {
      rows = gathered.rows(0..<count)
      rl_gather_rows(x.base, x.stride, candidates, rows.base, count, d)
    }
    let products = scores.rows(0..<count)
    if width == 16 {
      rl_thin_product(rows.base, d, transposed.base, products.base, count, d)
    } else {
      BLAS.gemm(rows, transposed, into: products)
    }
    let longest = (0..<k).reduce(Float(0)) { max($0, 2 * halfSquares.base[$1]) }.squareRoot()
    // Four times what rounding can add to a squared distance, as a share of the square of both lengths' sum.
    let rounding = Float(d + 8) * .ulpOfOne
    var changed = 0
    for place in 0..<count {
      let score = products.base + place * width
      var best = 0
      var bestScore = score[0] - halfSquares.base[0]
      var second = -Float.infinity
      for cluster in 1..<max(1, k) {
        let value = score[cluster] - halfSquares.base[cluster]
        if value > bestScore {
          (best, bestScore, second) = (cluster, value, bestScore)
        } else if value > second {
          second = value
        }
      }
      let row = Int(candidates[place])
      // |x − c|² = |x|² − 2 (x · c − |c|² / 2)
      let length = lengths[row]
      let slack = rounding * (length + longest) * (length + longest)
      nearest[row] = max(0, length * length - 2 * bestScore + slack).squareRoot()
      others[row] = max(0, length * length - 2 * second - slack).squareRoot()
      if assignments[row] != Int32(best) {
        move(row, from: Int(assignments[row]), to: best)
        changed += 1
      }
    }
    return changed
  }

  /// Half the distance of each centre from its nearest neighbour, a little less for rounding.
  private func halfDistancesBetweenCentres() -> [Float] {
    let d = x.columns
    return (0..<centres.rows).map { one in
      let least = (0..<centres.rows).reduce(Double.infinity) { least, other in
        other == one ? least : min(least, squaredDistance(centres.base + one * d, centres.base + other * d))
      }
      return Float(0.4999 * least.squareRoot())
    }
  }

  /// After the centres moved so far `[k]`: every row may be that much farther from its own, and nearer to others.
  private func loosenBounds(by moves: [Float]) {
    let farthest = moves.indices.max { moves[$0] < moves[$1] } ?? 0
    let runnerUp = moves.indices.reduce(Float(0)) { $1 == farthest ? $0 : max($0, moves[$1]) }
    for row in nearest.indices {
      let own = Int(assignments[row])
      nearest[row] = (nearest[row] + moves[own]) * (1 + 4 * .ulpOfOne)
      others[row] = max(0, others[row] - (own == farthest ? runnerUp : moves[farthest])) * (1 - 4 * .ulpOfOne)
    }
  }

  private func move(_ row: Int, from: Int, to: Int) {
    let d = x.columns
    let values = x.base + row * d
    assignments[row] = Int32(to)
    sums.withUnsafeMutableBufferPointer { sums in
      let target = sums.baseAddress! + to * d
      for column in 0..<d { target[column] += Double(values[column]) }
      guard from >= 0 else { return }
      let source = sums.baseAddress! + from * d
      for column in 0..<d { source[column] -= Double(values[column]) }
    }
    counts[to] += 1
    if from >= 0 { counts[from] -= 1 }
  }

  /// Moves every centre to the mean of its rows; returns the sum of the squared moves.
  ///
  /// A cluster that lost its rows takes the row farthest from its centre, as in scikit-learn.
  func moveCentres() -> Double {
    refillEmptyClusters()
    let d = x.columns
    var shift = 0.0
    var moves = [Float](repeating: 0, count: centres.rows)
    for cluster in 0..<centres.rows where counts[cluster] > 0 {
      var squares = 0.0
      for column in 0..<d {
        let value = Float(sums[cluster * d + column] / Double(counts[cluster]))
        let difference = Double(value - centres.base[cluster * d + column])
        squares += difference * difference
        centres.base[cluster * d + column] = value
      }
      shift += squares
      moves[cluster] = Float(squares.squareRoot()) * (1 + 4 * .ulpOfOne)
    }
    loosenBounds(by: moves)
    return shift
  }

  private func refillEmptyClusters() {
    let empty = counts.indices.filter { counts[$0] == 0 }
    if empty.isEmpty { return }
    let distances = (0..<x.rows).map { squaredDistance($0, to: Int(assignments[$0])) }
    var far = distances.indices.sorted { distances[$0] > distances[$1] }.makeIterator()
    for cluster in empty {
      while let row = far.next() {
        // A row alone in its cluster stays: moving it would only empty another one.
        guard counts[Int(assignments[row])] > 1 else { continue }
        move(row, from: Int(assignments[row]), to: cluster)
        (nearest[row], others[row]) = (.infinity, 0)
        break
      }
    }
  }

  /// The sum of the squared distances of the rows to their centres.
  func inertia() -> Double { (0..<x.rows).reduce(0) { $0 + squaredDistance($1, to: Int(assignments[$1])) } }

  private func squaredDistance(_ row: Int, to cluster: Int) -> Double {
    squaredDistance(x.base + row * x.columns, centres.base + cluster * x.columns)
  }

  private func squaredDistance(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>) -> Double {
    for column in 0..<x.columns { difference.base[column] = a[column] - b[column] }
    return rl_sum_of_squares(difference.base, x.columns)
  }

  /// First centres `[k, d]`: each is a row drawn with a probability that grows with the square of its distance from the
  /// nearest centre so far; of 2 + ln k such draws the one is taken that leaves the least inertia.
  func plusPlusCentres(using generator: inout CounterGenerator) -> Matrix<Float> {
    let (n, k, d) = (x.rows, centres.rows, x.columns)
    precondition(n >= k, "\(k) clusters of \(n) rows")
    let result = Matrix<Float>(rows: k, columns: x.columns)
    let trials = 2 + Int(log(Double(k)))
    var nearest = [Double](repeating: .infinity, count: n)
    for cluster in 0..<k {
      let total = nearest.reduce(0, +)
      var best: (row: Int, distances: [Double], sum: Double)?
      for _ in 0..<(cluster == 0 ? 1 : trials) {
        let draw = Double.random(in: 0..<1, using: &generator)
        let row = cluster == 0 || total == 0 ? Int(draw * Double(n)) : Self.index(of: draw * total, in: nearest)
        let distances = (0..<n).map { min(nearest[$0], squaredDistance(x.base + $0 * d, x.base + row * d)) }
        let sum = distances.reduce(0, +)
        if best.map({ sum < $0.sum }) ?? true { best = (row, distances, sum) }
      }
      nearest = best!.distances
      for column in 0..<d { result[cluster, column] = x[best!.row, column] + means[column] }
    }
    return result
  }

  /// The place at which the running sum passes `value`, of a weight above 0.
  private static func index(of value: Double, in weights: [Double]) -> Int {
    var rest = value
    for (index, weight) in weights.enumerated() where weight > 0 {
      rest -= weight
      if rest < 0 { return index }
    }
    return weights.lastIndex { $0 > 0 } ?? 0
  }
}
