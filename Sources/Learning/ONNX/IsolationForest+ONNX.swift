import ONNX

extension IsolationForestModel {
  /// What `scores` says of `[n, d]`, doubles: `[n]`.
  package func scores(of rows: ONNXValue, in graph: ONNXGraph) -> ONNXValue {
    // Trees of one row isolate nothing.
    if samples <= 1 { return graph.squeeze(graph.repeated([-0.5], rowsOf: rows), axis: 1) }
    let (trees, lengths) = onnxTrees
    let paths = graph.values(ofLeaves: graph.leaves(of: rows, by: trees), of: trees, ONNXTensor(lengths))
    let usual = max(Self.averageLength(samples), .leastNormalMagnitude)
    let mean = graph.add("Div", graph.sum(paths, axis: 1), graph.constant(Double(trees.count)))
    let exponent = graph.add("Div", graph.add("Neg", mean), graph.constant(usual))
    return graph.add("Neg", graph.add("Pow", graph.constant(2.0), exponent))
  }

  /// The trees, and the lengths of the paths to the leaves of all, one after the other.
  private var onnxTrees: (trees: [ONNXTree], lengths: [Double]) {
    var (trees, lengths) = ([ONNXTree](), [Double]())
    for root in nodes.roots {
      var (own, leaves) = ([ONNXTree.Node](), 0)
      var (open, order, places) = ([root], [Int](), [Int: Int]())
      while let node = open.popLast() {
        if nodes.features[node] < 0 {
          places[node] = ~leaves
          leaves += 1
          lengths.append(nodes.lengths[node])
        } else {
          places[node] = order.count
          order.append(node)
          open += [Int(nodes.lefts[node]) + 1, Int(nodes.lefts[node])]
        }
      }
      for node in order {
        let left = Int(nodes.lefts[node])
        own.append(
          ONNXTree.Node(
            column: Int(nodes.features[node]), threshold: Double(nodes.thresholds[node]), left: places[left]!,
            right: places[left + 1]!))
      }
      trees.append(ONNXTree(nodes: own, leafCount: leaves))
    }
    return (trees, lengths)
  }
}
