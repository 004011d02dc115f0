import CKernels

/// A tree of few leaves as the intervals of codes that rule leaves out.
struct TreeSieve {
  private(set) var intervals: [RLTreeInterval] = []
  /// Of the leaves from left to right.
  let values: [Double]

  private static let mostLeaves = 32
  /// Sets of categories may fall into many intervals; walking is faster then.
  private static let mostIntervals = 96

  /// nil where walking down the tree is faster. `places` are those of features among `codes`.
  init?(_ tree: DecisionTree, _ codes: [FeatureCodes], _ places: [Int]) {
    guard tree.leaves.count <= Self.mostLeaves else { return nil }
    let order = tree.leavesFromLeft
    values = order.leaves.map { tree.leaves[$0].value }
    for (place, node) in tree.nodes.enumerated() {
      let below = order.below[place]
      let ruledOut = (UInt64(1) << UInt64(below.upperBound) - 1) & ~(UInt64(1) << UInt64(below.lowerBound) - 1)
      func keep(_ byte: UInt64) -> UInt8 { ~UInt8(truncatingIfNeeded: ruledOut >> (8 * byte)) }
      codes[places[node.feature]].rightIntervals(node.question) { first, last in
        intervals.append(
          RLTreeInterval(
            feature: Int32(places[node.feature]), keep: (keep(0), keep(1), keep(2), keep(3)), first: UInt8(first),
            span: UInt8(last - first)))
      }
    }
    if intervals.count > Self.mostIntervals { return nil }
  }
}

extension DecisionTree {
  /// The places of the leaves from left to right, and for each node which of these are on its left.
  fileprivate var leavesFromLeft: (leaves: [Int], below: [Range<Int>]) {
    var (leaves, below) = ([Int](), [Range<Int>](repeating: 0..<0, count: nodes.count))
    func visit(_ place: Int) {
      guard place >= 0 else { return leaves.append(~place) }
      let start = leaves.count
      visit(nodes[place].left)
      below[place] = start..<leaves.count
      visit(nodes[place].right)
    }
    visit(nodes.isEmpty ? ~0 : 0)
    return (leaves, below)
  }
}
