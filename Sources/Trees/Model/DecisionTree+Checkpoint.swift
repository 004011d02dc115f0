import Learning

extension [DecisionTree] {
  /// By how much the splits of each feature lower the objective, in all trees together `[features]`.
  func gains(features: Int) -> [Double] {
    var gains = [Double](repeating: 0, count: features)
    for tree in self { for node in tree.nodes { gains[node.feature] += node.gain } }
    return gains
  }

  /// How many splits ask for each feature `[features]`.
  func splits(features: Int) -> [Int] {
    var splits = [Int](repeating: 0, count: features)
    for tree in self { for node in tree.nodes { splits[node.feature] += 1 } }
    return splits
  }

  /// Trees as a few long tensors: what programs in other languages read easily.
  func save(into checkpoint: inout Checkpoint, features: Int) {
    let (nodes, leaves) = (flatMap(\.nodes), flatMap(\.leaves))
    checkpoint.set("trees.nodes", map(\.nodes.count))
    checkpoint.set("trees.leaves", map(\.leaves.count))
    checkpoint.set("nodes.feature", nodes.map(\.feature))
    checkpoint.set("nodes.left", nodes.map(\.left))
    checkpoint.set("nodes.right", nodes.map(\.right))
    checkpoint.set("nodes.gain", nodes.map(\.gain))
    checkpoint.set("nodes.value", nodes.map(\.value))
    checkpoint.set("nodes.weight", nodes.map(\.weight))
    checkpoint.set("nodes.count", nodes.map(\.count))
    checkpoint.set("leaves.value", leaves.map(\.value))
    checkpoint.set("leaves.weight", leaves.map(\.weight))
    checkpoint.set("leaves.count", leaves.map(\.count))
    checkpoint.set("nodes.threshold", nodes.map(\.question.threshold))
    checkpoint.set("nodes.rule", bytes: nodes.map(\.question.rule))
    checkpoint.set("nodes.categories", nodes.map { $0.question.categories.count })
    checkpoint.set("categories", nodes.flatMap { $0.question.categories.map { Int($0) } })
    checkpoint.set("feature_importance.gain", gains(features: features))
    checkpoint.set("feature_importance.split", splits(features: features))
  }

  /// Throws `CheckpointError` where a tensor is missing or the trees are none.
  init(from checkpoint: Checkpoint, features columns: Int) throws {
    let sizes = try (checkpoint.integers("trees.nodes"), checkpoint.integers("trees.leaves"))
    guard sizes.0.count == sizes.1.count, zip(sizes.0, sizes.1).allSatisfy({ $0 >= 0 && $1 == $0 + 1 }),
      let count = Self.sum(sizes.0), columns >= 0
    else { throw CheckpointError("the checkpoint's trees have other numbers of nodes than of leaves") }
    let leafCount = count + sizes.1.count
    let features = try checkpoint.integers("nodes.feature", count: count)
    let (lefts, rights) = try (
      checkpoint.integers("nodes.left", count: count), checkpoint.integers("nodes.right", count: count)
    )
    let (gains, values, weights, counts) = try (
      checkpoint.doubles("nodes.gain", count: count), checkpoint.doubles("nodes.value", count: count),
      checkpoint.doubles("nodes.weight", count: count), checkpoint.integers("nodes.count", count: count)
    )
    let leaves = try (
      checkpoint.doubles("leaves.value", count: leafCount), checkpoint.doubles("leaves.weight", count: leafCount),
      checkpoint.integers("leaves.count", count: leafCount)
    )
    let thresholds = try checkpoint.doubles("nodes.threshold", count: count)
    let rules = try checkpoint.bytes("nodes.rule")
    let categoryCounts = try checkpoint.integers("nodes.categories", count: count)
    let categories = try checkpoint.integers("categories")
    guard rules.count == count, categoryCounts.allSatisfy({ $0 >= 0 }), Self.sum(categoryCounts) == categories.count,
      features.allSatisfy({ (0..<columns).contains($0) }), categories.allSatisfy({ Int32(exactly: $0) != nil })
    else { throw CheckpointError("the checkpoint's trees ask for features or categories that it does not have") }
    self = []
    var (node, leaf, category) = (0, 0, 0)
    for (nodeCount, leafCount) in zip(sizes.0, sizes.1) {
      let nodes = try (node..<node + nodeCount).map { place in
        let own = categories[category..<category + categoryCounts[place]].map { Int32($0) }
        category += own.count
        guard let question = DecisionTree.Question(rule: rules[place], threshold: thresholds[place], categories: own)
        else { throw CheckpointError("the checkpoint has a question of an unknown kind: \(rules[place])") }
        return DecisionTree.Node(
          feature: features[place], question: question, left: lefts[place], right: rights[place], gain: gains[place],
          value: values[place], weight: weights[place], count: counts[place])
      }
      let tree = DecisionTree(
        nodes: nodes,
        leaves: (leaf..<leaf + leafCount).map {
          DecisionTree.Leaf(value: leaves.0[$0], weight: leaves.1[$0], count: leaves.2[$0])
        })
      guard tree.isTree else { throw CheckpointError("the checkpoint has nodes that are no tree") }
      append(tree)
      (node, leaf) = (node + nodeCount, leaf + leafCount)
    }
  }

  /// nil beyond all whole numbers.
  private static func sum(_ counts: [Int]) -> Int? {
    var sum = 0
    for count in counts {
      let (next, overflows) = sum.addingReportingOverflow(count)
      if overflows { return nil }
      sum = next
    }
    return sum
  }
}

extension DecisionTree {
  /// Whether every node but the root, and every leaf, is the child of one node, and children come after their parents.
  var isTree: Bool {
    var (seenNodes, seenLeaves) = (Set<Int>(), Set<Int>())
    for (place, node) in nodes.enumerated() {
      for child in [node.left, node.right] {
        if child >= 0 {
          guard child > place, child < nodes.count, seenNodes.insert(child).inserted else { return false }
        } else {
          guard ~child < leaves.count, seenLeaves.insert(~child).inserted else { return false }
        }
      }
    }
    return leaves.count == nodes.count + 1
  }
}

extension DecisionTree.Question {
  /// 0 for categories.
  var threshold: Double { if case .atMost(let threshold, _) = self { threshold } else { 0 } }
  var categories: [Int32] { if case .among(let categories) = self { categories } else { [] } }

  /// 0 and 1: missing on the right and on the left; 2: missing is zero; 3 and 4: as 0 and 1, and so is zero; 5: categories.
  var rule: UInt8 {
    switch self {
    case .among: 5
    case .atMost(_, .side(let isLeft)): isLeft ? 1 : 0
    case .atMost(_, .isZero): 2
    case .atMost(_, .zeroToo(let isLeft)): isLeft ? 4 : 3
    }
  }

  fileprivate init?(rule: UInt8, threshold: Double, categories: [Int32]) {
    switch rule {
    case 0, 1: self = .atMost(threshold, .side(isLeft: rule == 1))
    case 2: self = .atMost(threshold, .isZero)
    case 3, 4: self = .atMost(threshold, .zeroToo(isLeft: rule == 4))
    case 5: self = .among(categories)
    default: return nil
    }
  }
}
