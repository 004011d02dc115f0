/// A tree over columns of numbers.
package struct ONNXTree: Sendable {
  /// A node goes left where a number is at most its threshold.
  package struct Node: Sendable {
    var column: Int
    var threshold: Double
    var isMissingLeft: Bool
    /// The places of its children among the nodes; a leaf's place as its complement, ~0 for the first.
    var left: Int
    var right: Int

    package init(column: Int, threshold: Double, isMissingLeft: Bool = false, left: Int, right: Int) {
      (self.column, self.threshold, self.isMissingLeft) = (column, threshold, isMissingLeft)
      (self.left, self.right) = (left, right)
    }
  }

  /// The root first; none where the tree is one leaf.
  package var nodes: [Node]
  package var leafCount: Int

  package init(nodes: [Node], leafCount: Int) { (self.nodes, self.leafCount) = (nodes, leafCount) }
}

extension ONNXGraph {
  /// The number of the leaf that each row of `[n, d]`, doubles, falls in by each tree: `[n, trees]`, of type int64.
  ///
  /// ONNX's trees add up single-precision numbers. The leaf's number is exact as such; what the leaf says is looked up
  /// afterwards, in whatever precision it has. Comparisons are of doubles.
  package func leaves(of rows: ONNXValue, by trees: [ONNXTree]) -> ONNXValue {
    var list = NodeList()
    for (number, tree) in trees.enumerated() { list.add(tree, number) }
    let found = add(
      "TreeEnsembleRegressor", rows, domain: Self.machineLearning,
      attributes: [
        "n_targets": .integer(trees.count), "aggregate_function": .text("SUM"), "post_transform": .text("NONE"),
        "nodes_treeids": .integers(list.trees), "nodes_nodeids": .integers(list.nodes),
        "nodes_featureids": .integers(list.columns), "nodes_modes": .texts(list.modes),
        "nodes_values_as_tensor": .tensor(ONNXTensor(list.thresholds)), "nodes_truenodeids": .integers(list.lefts),
        "nodes_falsenodeids": .integers(list.rights),
        "nodes_missing_value_tracks_true": .integers(list.missingLeft), "target_treeids": .integers(list.leafTrees),
        "target_nodeids": .integers(list.leafNodes), "target_ids": .integers(list.leafTrees),
        "target_weights_as_tensor": .tensor(ONNXTensor(list.leafNumbers)),
      ])
    return cast(found, to: .int64)
  }

  /// Of the leaf of each tree that `leaves` says the row of `table`, whose rows are the leaves of all trees one after the other:
  /// `[n, trees]`, or `[n, trees, columns]`.
  package func values(ofLeaves leaves: ONNXValue, of trees: [ONNXTree], _ table: ONNXTensor) -> ONNXValue {
    var starts = [0]
    for tree in trees.dropLast() { starts.append(starts[starts.count - 1] + tree.leafCount) }
    return rows(add("Add", leaves, constant(starts)), of: table)
  }
}

/// The nodes of trees side by side, leaves among them.
private struct NodeList {
  var trees: [Int] = []
  var nodes: [Int] = []
  var columns: [Int] = []
  var modes: [String] = []
  var thresholds: [Double] = []
  var lefts: [Int] = []
  var rights: [Int] = []
  var missingLeft: [Int] = []
  var leafTrees: [Int] = []
  var leafNodes: [Int] = []
  var leafNumbers: [Double] = []

  mutating func add(_ tree: ONNXTree, _ number: Int) {
    // Not every reader takes a tree without a question.
    let questions = tree.nodes.isEmpty ? [ONNXTree.Node(column: 0, threshold: 0, left: ~0, right: ~1)] : tree.nodes
    let count = questions.count
    func place(_ child: Int) -> Int { child < 0 ? count + ~child : child }
    for (node, question) in questions.enumerated() {
      append(number, node, "BRANCH_LEQ", question)
      lefts.append(place(question.left))
      rights.append(place(question.right))
    }
    for leaf in 0...count {
      append(number, count + leaf, "LEAF", ONNXTree.Node(column: 0, threshold: 0, left: 0, right: 0))
      lefts.append(0)
      rights.append(0)
      leafTrees.append(number)
      leafNodes.append(count + leaf)
      leafNumbers.append(tree.nodes.isEmpty ? 0 : Double(leaf))
    }
  }

  private mutating func append(_ tree: Int, _ node: Int, _ mode: String, _ question: ONNXTree.Node) {
    trees.append(tree)
    nodes.append(node)
    modes.append(mode)
    columns.append(question.column)
    thresholds.append(question.threshold)
    missingLeft.append(question.isMissingLeft ? 1 : 0)
  }
}
