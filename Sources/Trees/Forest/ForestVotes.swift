import BLASBridge
import Foundation

/// What the trees of a forest say of rows so far.
final class ForestVotes {
  let rows: BinnedRows
  let target: ForestTarget
  /// `[rows, width]`
  private let sums: UnsafeMutablePointer<Double>
  private var trees = 0
  /// Those of the trees that a row was not fitted by, and how many these are.
  private let unseen: UnsafeMutablePointer<Double>
  private var unseenTrees: [Int]
  private let leaves: UnsafeMutablePointer<Double>
  private var places: Int { max(1, rows.rows * target.width) }

  init(_ rows: BinnedRows, _ target: ForestTarget) {
    (self.rows, self.target) = (rows, target)
    let places = max(1, rows.rows * target.width)
    (sums, unseen) = (.allocate(capacity: places), .allocate(capacity: places))
    leaves = .allocate(capacity: max(1, rows.rows))
    for pointer in [sums, unseen] { pointer.initialize(repeating: 0, count: places) }
    leaves.initialize(repeating: 0, count: max(1, rows.rows))
    unseenTrees = [Int](repeating: 0, count: rows.rows)
  }

  deinit { for pointer in [sums, unseen, leaves] { pointer.deallocate() } }

  func clear() {
    for pointer in [sums, unseen] { pointer.update(repeating: 0, count: places) }
    (trees, unseenTrees) = (0, [Int](repeating: 0, count: rows.rows))
  }

  /// Adds a tree that was fitted to the rows with a weight in `bag`; nil where none of these was.
  func add(_ grown: ForestGrower.Grown, bag: [Double]?) {
    leaves.update(repeating: 0, count: max(1, rows.rows))
    let numbers = grown.tree.tree.leaves.indices.map { Double($0) }
    if bag != nil, let known = grown.rowLeaves {
      for row in 0..<rows.rows { leaves[row] = Double(known[row]) }
      let others = known.indices.filter { known[$0] < 0 }
      if !others.isEmpty { grown.overBins.find(others, of: rows, values: numbers, leaves) }
    } else {
      grown.overBins.route(rows, values: numbers, to: leaves)
    }
    let width = target.width
    for row in 0..<rows.rows {
      let leaf = Int(leaves[row])
      grown.tree.add(leaf, to: sums + row * width, isSparse: target.isSparse)
      if let bag, bag[row] == 0 {
        grown.tree.add(leaf, to: unseen + row * width, isSparse: target.isSparse)
        unseenTrees[row] += 1
      }
    }
    trees += 1
  }

  /// The mean cross-entropy, or the squared error as a share of `variance`.
  func loss(variance: Double) -> Double {
    var (sum, whole) = (0.0, 0.0)
    let count = Double(trees)
    for row in 0..<rows.rows {
      let (own, weight) = (sums + row * target.width, target.weight(row))
      whole += weight
      if let classes = target.classes {
        let label = Int(target.values[row])
        let share = classes > 2 ? own[label] / count : label == 1 ? own[0] / count : 1 - own[0] / count
        sum -= weight * log(max(share, 1e-30))
      } else {
        let distance = own[0] / count - Double(target.values[row])
        sum += weight * distance * distance / variance
      }
    }
    return sum / whole
  }

  /// `[n, outputs]`
  func outputs(_ forest: Forest) -> Matrix<Float> {
    let result = Matrix<Float>(rows: rows.rows, columns: forest.outputCount)
    for row in 0..<rows.rows {
      forest.outputs(sums + row * target.width, trees: Double(trees), into: result.base + row * result.stride)
    }
    return result
  }

  /// The accuracy, or R², of what the trees say of rows that they were not fitted to. nil where there are no such rows.
  var unseenScore: Double? {
    var (hits, errors, rowsScored, sum, squares) = (0.0, 0.0, 0.0, 0.0, 0.0)
    for row in 0..<rows.rows where unseenTrees[row] > 0 {
      let (own, weight) = (unseen + row * target.width, target.weight(row))
      let value = Double(target.values[row])
      rowsScored += weight
      if let classes = target.classes {
        let best =
          classes > 2
          ? (0..<classes).max { (own[$0], $1) < (own[$1], $0) }! : own[0] > Double(unseenTrees[row]) / 2 ? 1 : 0
        hits += best == Int(target.values[row]) ? weight : 0
      } else {
        let distance = own[0] / Double(unseenTrees[row]) - value
        errors += weight * distance * distance
        sum += weight * (value - target.mean)
        squares += weight * (value - target.mean) * (value - target.mean)
      }
    }
    guard rowsScored > 0 else { return nil }
    if target.classes != nil { return hits / rowsScored }
    let variance = squares - sum * sum / rowsScored
    return variance > 0 ? 1 - errors / variance : nil
  }
}
