import CKernels

/// The nodes and leaves of many trees side by side, as a kernel walks down them.
struct TreeWalk {
  /// One at least, for a kernel reads the first where it has arrived.
  private(set) var nodes = [RLTreeNode(children: (-1, -1), feature: 0, first: 0, span: 0)]
  private(set) var values: [Double] = []

  /// Returns the tree's root. `places` are those of features among `codes`.
  mutating func add(_ tree: DecisionTree, _ codes: [FeatureCodes], _ places: [Int]) -> Int32 {
    let (leaf, start) = (values.count, nodes.count)
    values += tree.leaves.map(\.value)
    if tree.nodes.isEmpty { return Int32(~leaf) }
    // A question with several intervals becomes a chain of nodes with one each, behind those of the tree.
    var extra = start + tree.nodes.count
    var chains: [RLTreeNode] = []
    func child(_ place: Int) -> Int32 { Int32(place < 0 ? ~(leaf + ~place) : start + place) }
    for node in tree.nodes {
      let (left, right) = (child(node.left), child(node.right))
      let feature = UInt16(places[node.feature])
      var own: [RLTreeNode] = []
      codes[places[node.feature]].rightIntervals(node.question) { first, last in
        own.append(
          RLTreeNode(children: (left, right), feature: feature, first: UInt8(first), span: UInt8(last - first)))
      }
      if own.isEmpty { own = [RLTreeNode(children: (left, left), feature: feature, first: 0, span: 0)] }
      for index in own.indices.dropLast() {
        own[index].children.0 = Int32(extra)
        extra += 1
      }
      nodes.append(own[0])
      chains += own.dropFirst()
    }
    nodes += chains
    return Int32(start)
  }
}
