/// A tree of scores over the bins of a space, grown until a leaf has few rows.
struct RegressionTree: Sendable {
  private struct Node {
    /// -1 for a leaf.
    var side = -1
    /// Whether a bin goes to `left`, of `left + 1` otherwise.
    var goesLeft: [Bool] = []
    var left = 0
    var value = 0.0
  }

  private static let leastRows = 3
  private var nodes: [Node] = [Node()]

  /// Grows on `rows`, indices into `bins` and `scores`, some of them repeatedly.
  init(_ space: BinnedSpace, _ bins: [[Int]], _ scores: [Double], rows: [Int]) {
    var open = [(node: 0, rows: rows)]
    while let (node, rows) = open.popLast() {
      nodes[node].value = rows.reduce(0) { $0 + scores[$1] } / Double(rows.count)
      guard let (side, goesLeft) = Self.split(space, bins, scores, rows) else { continue }
      nodes[node].side = side
      nodes[node].goesLeft = goesLeft
      nodes[node].left = nodes.count
      nodes += [Node(), Node()]
      open.append((nodes.count - 2, rows.filter { goesLeft[bins[$0][side]] }))
      open.append((nodes.count - 1, rows.filter { !goesLeft[bins[$0][side]] }))
    }
  }

  /// The split that leaves the least squared error; nil where there is none that lessens it.
  private static func split(
    _ space: BinnedSpace, _ bins: [[Int]], _ scores: [Double], _ rows: [Int]
  ) -> (side: Int, goesLeft: [Bool])? {
    guard rows.count >= 2 * leastRows else { return nil }
    let total = rows.reduce(0) { $0 + scores[$1] }
    let centre = total * total / Double(rows.count)
    // Nothing to gain where all are equal but for rounding.
    var best = (gain: rows.reduce(0) { $0 + scores[$1] * scores[$1] } * 1e-12, side: -1, goesLeft: [Bool]())
    for side in space.sides.indices {
      // A dimension that only some rows have is none to split by: first by that which it depends on.
      if rows.contains(where: { bins[$0][side] < 0 }) { continue }
      let count = space.sides[side].weights.count
      var (sums, counts) = ([Double](repeating: 0, count: count), [Int](repeating: 0, count: count))
      for row in rows {
        sums[bins[row][side]] += scores[row]
        counts[bins[row][side]] += 1
      }
      var order = (0..<count).filter { counts[$0] > 0 }
      if order.count < 2 { continue }
      if !space.sides[side].isOrdered {
        order.sort { (sums[$0] / Double(counts[$0]), $0) < (sums[$1] / Double(counts[$1]), $1) }
      }
      var (sum, number) = (0.0, 0)
      for (place, bin) in order.dropLast().enumerated() {
        sum += sums[bin]
        number += counts[bin]
        guard number >= leastRows, rows.count - number >= leastRows else { continue }
        let rest = total - sum
        let gain = sum * sum / Double(number) + rest * rest / Double(rows.count - number) - centre
        if gain > best.gain {
          let goesLeft: [Bool]
          if space.sides[side].isOrdered {
            // Half way over the bins that are empty.
            let end = (bin + order[place + 1] + 1) / 2
            goesLeft = (0..<count).map { $0 < max(bin + 1, end) }
          } else {
            let left = Set(order[...place])
            goesLeft = (0..<count).map(left.contains)
          }
          best = (gain, side, goesLeft)
        }
      }
    }
    return best.side < 0 ? nil : (best.side, best.goesLeft)
  }

  /// The score at a point's bins.
  func predict(_ bins: [Int]) -> Double {
    var node = 0
    while nodes[node].side >= 0 {
      node = nodes[node].goesLeft[bins[nodes[node].side]] ? nodes[node].left : nodes[node].left + 1
    }
    return nodes[node].value
  }

  /// Adds to each side's bins the mean over all others of what the tree predicts there: exact, for a leaf is a product of
  /// sets of bins.
  func addMarginals(_ space: BinnedSpace, to marginals: inout [[Double]]) {
    // By side the bins that are left, nil for all.
    var open = [(node: 0, boxes: [[Bool]?](repeating: nil, count: space.sides.count), volume: 1.0)]
    // What all bins of a side get.
    var everywhere = [Double](repeating: 0, count: space.sides.count)
    while let (node, boxes, volume) = open.popLast() {
      let side = nodes[node].side
      guard side >= 0 else {
        let mass = nodes[node].value * volume
        for side in space.sides.indices {
          guard let box = boxes[side] else {
            everywhere[side] += mass
            continue
          }
          let share = mass / Self.weight(space.sides[side], box)
          for bin in box.indices where box[bin] { marginals[side][bin] += share }
        }
        continue
      }
      let whole = boxes[side] ?? [Bool](repeating: true, count: space.sides[side].weights.count)
      let before = Self.weight(space.sides[side], whole)
      for (child, isLeft) in [(nodes[node].left, true), (nodes[node].left + 1, false)] {
        let box = zip(whole, nodes[node].goesLeft).map { $0 && $1 == isLeft }
        let after = Self.weight(space.sides[side], box)
        if after <= 0 { continue }
        var boxes = boxes
        boxes[side] = box
        open.append((child, boxes, volume * after / before))
      }
    }
    for side in marginals.indices { for bin in marginals[side].indices { marginals[side][bin] += everywhere[side] } }
  }

  private static func weight(_ side: BinnedSpace.Side, _ box: [Bool]) -> Double {
    zip(side.weights, box).reduce(0) { $0 + ($1.1 ? $1.0 : 0) }
  }
}
