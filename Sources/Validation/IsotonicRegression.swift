/// The nondecreasing step function of least squared error, by pooling adjacent violators (Barlow et al. 1972), with straight
/// lines between its steps as scikit-learn draws them.
package struct IsotonicRegression: Codable, Hashable, Sendable {
  /// Ascending; the first and last place of each step.
  package let x: [Double]
  package let y: [Double]

  /// Traps where there are no points, or not as many of one as of the other.
  package init(_ points: [Double], _ targets: [Double]) {
    precondition(points.count == targets.count && !points.isEmpty, "\(points.count) points, \(targets.count) targets")
    struct Block {
      var (first, last): (Double, Double)
      var (sum, count): (Double, Double)
      var mean: Double { sum / count }
    }
    var blocks: [Block] = []
    let order = points.indices.sorted { (points[$0], $0) < (points[$1], $1) }
    var place = 0
    while place < order.count {
      let point = points[order[place]]
      var block = Block(first: point, last: point, sum: 0, count: 0)
      // Equal points have one value, the mean of their targets.
      while place < order.count, points[order[place]] == point {
        block.sum += targets[order[place]]
        block.count += 1
        place += 1
      }
      while let previous = blocks.last, previous.mean >= block.mean {
        block = Block(
          first: previous.first, last: block.last, sum: previous.sum + block.sum, count: previous.count + block.count)
        blocks.removeLast()
      }
      blocks.append(block)
    }
    var (x, y): ([Double], [Double]) = ([], [])
    for block in blocks {
      x.append(block.first)
      y.append(block.mean)
      if block.last > block.first {
        x.append(block.last)
        y.append(block.mean)
      }
    }
    (self.x, self.y) = (x, y)
  }

  /// Beyond the first and the last point it is constant.
  package func callAsFunction(_ point: Double) -> Double {
    guard point > x[0] else { return y[0] }
    guard point < x[x.count - 1] else { return y[y.count - 1] }
    var (low, high) = (0, x.count - 1)
    while high - low > 1 {
      let middle = (low + high) / 2
      if x[middle] <= point { low = middle } else { high = middle }
    }
    return y[low] + (y[high] - y[low]) * (point - x[low]) / (x[high] - x[low])
  }

  var isSound: Bool {
    !x.isEmpty && x.count == y.count && zip(x, x.dropFirst()).allSatisfy(<) && (x + y).allSatisfy(\.isFinite)
  }
}
