import CKernels

/// A tree as words of bits for the codes of each feature that it asks for: those of the leaves that are left.
struct MaskedTree {
  private var features: [Int32] = []
  private var offsets: [Int32] = []
  private var masks: [UInt32] = []
  private let values: [Double]

  /// nil where a word has too few bits for the leaves.
  init?(_ tree: DecisionTree, _ codes: [FeatureCodes], _ places: [Int: Int]) {
    guard tree.leaves.count <= 32 else { return nil }
    let order = tree.leavesFromLeft
    values = order.leaves.map { tree.leaves[$0].value }
    var starts: [Int: Int] = [:]
    for (place, node) in tree.nodes.enumerated() {
      let code = codes[places[node.feature]!]
      let start = starts[node.feature] ?? masks.count
      if start == masks.count {
        starts[node.feature] = start
        features.append(Int32(places[node.feature]!))
        offsets.append(Int32(start))
        masks += [UInt32](repeating: .max, count: code.count + 1)
      }
      let isLeft = code.isLeft(node.question) + [node.question.isLeft(.nan)]
      let ruledOut = order.below[place].reduce(UInt32(0)) { $0 | 1 << UInt32($1) }
      for index in isLeft.indices where !isLeft[index] { masks[start + index] &= ~ruledOut }
    }
  }

  /// Adds the values of leaves to the scores of rows with these codes `[features][stride]`.
  func add(
    _ codes: UnsafePointer<UInt8>, _ stride: Int, _ count: Int, to scores: UnsafeMutablePointer<Double>
  ) {
    features.withUnsafeBufferPointer { features in
      offsets.withUnsafeBufferPointer { offsets in
        masks.withUnsafeBufferPointer { masks in
          values.withUnsafeBufferPointer { values in
            var tree = RLMaskedTree(
              features: features.baseAddress, offsets: offsets.baseAddress, masks: masks.baseAddress,
              values: values.baseAddress, count: features.count)
            rl_tree_mask(&tree, codes, stride, count, scores)
          }
        }
      }
    }
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
