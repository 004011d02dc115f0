import CKernels

/// A tree as the kernel of Shapley values reads it: its edges, down and up again, with a table of factors each.
struct ExplainedTree {
  private var edges: [RLTreeEdge] = []
  private var tables: [Double] = []
  private let depth: Int
  private let points: Int
  /// The leaf of each edge that leads to one.
  private let leaves: [(edge: Int, leaf: Int)]
  /// The share of the rows in each leaf.
  private let leafShares: [Double]

  /// Of a tree with nodes; `places` are those of features among the ones that are explained.
  init(_ tree: DecisionTree, weighsRows: Bool, places: [Int]) {
    func cover(_ place: Int) -> Double {
      if place < 0 { return weighsRows ? tree.leaves[~place].weight : Double(tree.leaves[~place].count) }
      return weighsRows ? tree.nodes[place].weight : Double(tree.nodes[place].count)
    }
    var (edges, shares, leaves) = ([RLTreeEdge](), [Share](), [(edge: Int, leaf: Int)]())
    var leafShares = [Double](repeating: 1, count: tree.leaves.count)
    // The edges of the way to the node that is looked at, and how many features they ask for.
    var (way, features, mostFeatures, depth) = ([Int](), 0, 0, 0)
    var open = [(node: 0, isLeft: false), (node: 0, isLeft: true)]
    while let (place, isLeft) = open.popLast() {
      while let last = way.last, tree.child(edges[last]) != place {
        way.removeLast()
        if edges[last].previous < 0 { features -= 1 }
      }
      let node = tree.nodes[place]
      let (child, feature) = (isLeft ? node.left : node.right, Int32(places[node.feature]))
      let previous = way.last { edges[$0].feature == feature }
      let all = cover(node.left) + cover(node.right)
      // Half of a node that no row came to.
      let own = all > 0 ? cover(child) / all : 0.5
      let before = previous.map { shares[$0].whole } ?? 1
      let edge = edges.count
      edges.append(
        RLTreeEdge(
          node: Int32(place), is_left: isLeft ? 1 : 0, feature: feature, parent: Int32(way.last ?? -1),
          previous: Int32(previous ?? -1), is_leaf: child < 0 ? 1 : 0, closes: 0, value: 0))
      shares.append(Share(before: before, own: own))
      if previous == nil { mostFeatures = max(mostFeatures, features + 1) }
      if child < 0 {
        leaves.append((edge, ~child))
        leafShares[~child] = way.reduce(own) { $0 * shares[$1].own }
        depth = max(depth, way.count)
      } else {
        way.append(edge)
        if previous == nil { features += 1 }
        open += [(child, false), (child, true)]
      }
    }
    for (edge, _) in leaves {
      // What leads to the right ends what leads to its node.
      var place = edge
      while edges[place].is_left == 0, edges[place].parent >= 0 {
        edges[edge].closes += 1
        place = Int(edges[place].parent)
      }
    }
    (self.edges, self.leaves, self.leafShares, self.depth) = (edges, leaves, leafShares, depth)
    points = max(1, (mostFeatures + 1) / 2)
    let rule = GaussLegendre(count: points)
    tables.reserveCapacity(edges.count * (4 * points + 1))
    for share in shares { share.addTable(to: &tables, rule) }
  }

  /// What the edges of a feature let through on the way so far.
  private struct Share {
    /// The share of the rows, before this edge.
    let before: Double
    /// Of those the share that takes this edge.
    let own: Double
    var whole: Double { before * own }

    func addTable(to tables: inout [Double], _ rule: GaussLegendre) {
      tables.append(own)
      for (t, weight) in zip(rule.points, rule.weights) {
        let (stays, stayedBefore) = (t + whole * (1 - t), t + before * (1 - t))
        let factors = (stays: stays / stayedBefore, leaves: whole * (1 - t) / stayedBefore)
        // (1 - z) / factor and -z / factor, less what the edge before has for the same leaves.
        let slopeBefore = (1 - before) / stayedBefore
        let slopes = (stays: (1 - whole) / stays - slopeBefore, leaves: -1 / (1 - t) - slopeBefore)
        tables += [
          factors.leaves - own, factors.stays - factors.leaves, weight * slopes.leaves,
          weight * (slopes.stays - slopes.leaves),
        ]
      }
    }
  }

  /// The mean of the leaves' values over the rows.
  func expected(_ values: [Double]) -> Double { zip(leafShares, values).reduce(0) { $0 + $1.0 * $1.1 } }

  /// Adds the Shapley values of leaves of these values to `out` `[features, stride]`, for groups of rows with these answers.
  mutating func add(
    _ values: [Double], _ answers: UnsafePointer<UInt8>, groups: Int, to out: UnsafeMutablePointer<Double>, stride: Int
  ) {
    for (edge, leaf) in leaves { edges[edge].value = values[leaf] }
    let room = 2 * Int(EXPLAINED_LANES) * (depth + 1) * points
    withUnsafeTemporaryAllocation(byteCount: room * 8, alignment: 64) { scratch in
      withUnsafeTemporaryAllocation(of: UInt8.self, capacity: edges.count) { allowed in
        edges.withUnsafeBufferPointer { edges in
          tables.withUnsafeBufferPointer { tables in
            var tree = RLExplainedTree(
              edges: edges.count, points: points, depth: depth, edge: edges.baseAddress, tables: tables.baseAddress)
            rl_tree_contributions(
              &tree, answers, groups, out, stride, scratch.baseAddress!.assumingMemoryBound(to: Double.self),
              allowed.baseAddress!)
          }
        }
      }
    }
  }
}

extension DecisionTree {
  /// The node or leaf that an edge leads to.
  fileprivate func child(_ edge: RLTreeEdge) -> Int {
    let node = nodes[Int(edge.node)]
    return edge.is_left == 1 ? node.left : node.right
  }
}
