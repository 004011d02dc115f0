import CKernels

/// The nodes of a tree that grew: those of its `DecisionTree`, and the same over bins.
struct GrownTree {
  var nodes: [DecisionTree.Node] = []
  /// What `RLBinnedTree` reads.
  private(set) var features: [Int32] = []
  private(set) var sets: [UInt8] = []
  private(set) var children: [Int32] = []

  var isLeaf: Bool { nodes.isEmpty }

  init() {}

  /// Of nodes that grew elsewhere; bit b of a node's set says whether bin b goes left.
  init(nodes: [DecisionTree.Node], features: [Int32], sets: [UInt8]) {
    (self.nodes, self.features, self.sets) = (nodes, features, sets)
    children = nodes.flatMap { [Int32($0.left), Int32($0.right)] }
  }

  /// Splits a leaf; returns the node's place. The left child takes the place of the leaf, and the right one is a new leaf.
  mutating func add(
    _ split: Split, _ leaf: OpenLeaf, _ feature: BinnedRows.Feature, leftCount: Int, _ limits: RLTreeLimits
  ) -> Int {
    let (node, rightLeaf) = (nodes.count, nodes.count + 1)
    let ownLeaf = leaf.parent < 0 ? 0 : ~Int(children[2 * leaf.parent + (leaf.isLeft ? 0 : 1)])
    if leaf.parent >= 0 {
      children[2 * leaf.parent + (leaf.isLeft ? 0 : 1)] = Int32(node)
      if leaf.isLeft { nodes[leaf.parent].left = node } else { nodes[leaf.parent].right = node }
    }
    // A value that no row was missing in goes with most rows where one is.
    let mostAreLeft = 2 * leftCount >= leaf.count
    var set = [UInt8](repeating: 0, count: 32)
    func take(_ bin: Int) { set[bin / 8] |= 1 << UInt8(bin % 8) }
    let question: DecisionTree.Question
    switch (split.sides, feature.bins.values) {
    case (.upTo(let threshold, let missingIsLeft), .numbers(let bounds)):
      let missingIsLeft = feature.bins.hasMissing ? missingIsLeft : mostAreLeft
      for bin in 0...threshold { take(bin) }
      if missingIsLeft { take(Int(feature.bins.missing)) }
      // Beyond the last bound all numbers are on the left, and missing ones on the right.
      question = .atMost(
        threshold < bounds.count ? bounds[threshold] : .greatestFiniteMagnitude, .side(isLeft: missingIsLeft))
    case (.bins(let bins), .categories(let codes)):
      for bin in bins { take(bin) }
      question = .among(bins.map { codes[$0] }.sorted())
    default: preconditionFailure("a split by another kind of feature")
    }
    let sum = WordSum(leaf.total, limits)
    nodes.append(
      DecisionTree.Node(
        feature: feature.column, question: question, left: ~ownLeaf, right: ~rightLeaf, gain: split.gain,
        value: limits.value(sum, penalty: leaf.penalty).clamped(to: leaf.bounds), weight: sum.hessian,
        count: leaf.count))
    features.append(Int32(split.feature))
    sets += set
    children += [Int32(~ownLeaf), Int32(~rightLeaf)]
    return node
  }

  /// The nodes with the values that they would have as leaves of a boosted model.
  func shrunk(by rate: Double) -> [DecisionTree.Node] {
    var nodes = nodes
    for place in nodes.indices { nodes[place].value *= rate }
    return nodes
  }

  /// Adds the values of leaves to the scores of all rows.
  func route(_ rows: BinnedRows, values: [Double], to scores: UnsafeMutablePointer<Double>) {
    route(rows.byRow, rows.stride, rows.rows, values, to: scores)
  }

  private func route(
    _ bins: UnsafePointer<UInt8>, _ stride: Int, _ count: Int, _ values: [Double],
    to scores: UnsafeMutablePointer<Double>
  ) {
    if isLeaf {
      for row in 0..<count { scores[row] += values[0] }
      return
    }
    features.withUnsafeBufferPointer { features in
      sets.withUnsafeBufferPointer { sets in
        children.withUnsafeBufferPointer { children in
          values.withUnsafeBufferPointer { values in
            var tree = RLBinnedTree(
              features: features.baseAddress, sets: sets.baseAddress, children: children.baseAddress,
              values: values.baseAddress)
            rl_tree_route(&tree, bins, stride, count, scores, 1)
          }
        }
      }
    }
  }

  /// Puts the values of the leaves of some rows into `found` in their places.
  func find(_ some: [Int], of rows: BinnedRows, values: [Double], _ found: UnsafeMutablePointer<Double>) {
    // Together, so that they go down side by side.
    var bins = [UInt8](repeating: 0, count: some.count * rows.stride)
    var own = [Double](repeating: 0, count: some.count)
    bins.withUnsafeMutableBufferPointer { bins in
      for (place, row) in some.enumerated() {
        (bins.baseAddress! + place * rows.stride).update(from: rows.byRow + row * rows.stride, count: rows.stride)
      }
    }
    route(bins, rows.stride, some.count, values, to: &own)
    for (place, row) in some.enumerated() { found[row] = own[place] }
  }
}

extension GrownTree {
  /// A tree that grew on bins of these features before.
  init(_ tree: DecisionTree, over features: [BinnedRows.Feature]) throws(TreeError) {
    let places = Dictionary(uniqueKeysWithValues: features.enumerated().map { ($1.column, $0) })
    nodes = tree.nodes
    for node in tree.nodes {
      guard let place = places[node.feature] else { throw TreeError("a tree asks for a feature that all rows share") }
      let bins = features[place].bins
      var set = [UInt8](repeating: 0, count: 32)
      func take(_ bin: Int) { set[bin / 8] |= 1 << UInt8(bin % 8) }
      switch bins.values {
      case .numbers(let bounds):
        for (bin, bound) in (bounds + [.infinity]).enumerated() where node.question.isLeft(bound) { take(bin) }
      case .categories(let codes):
        for (bin, code) in codes.enumerated() where node.question.isLeft(Double(code)) { take(bin) }
      }
      if node.question.isLeft(.nan) { take(Int(bins.missing)) }
      self.features.append(Int32(place))
      sets += set
      children += [Int32(node.left), Int32(node.right)]
    }
  }
}
