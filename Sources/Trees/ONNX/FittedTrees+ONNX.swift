import Models
import ONNX

extension FittedTrees: ONNXModel {
  package func outputs(of features: ONNXFeatures, in graph: ONNXGraph) throws(ONNXError) -> ONNXValue {
    let perRow = trees.initialScores.count
    var scores = graph.repeated(trees.initialScores, rowsOf: features.columns[0].value)
    if !trees.trees.isEmpty {
      let questions = TreeColumns(trees.trees)
      let values = graph.values(
        ofLeaves: try questions.leaves(of: features.columns, in: graph), of: questions.trees,
        ONNXTensor(trees.trees.flatMap { $0.leaves.map(\.value) }))
      // A round after the other, a tree for each score.
      let rounds = graph.add("Reshape", values, graph.constant([0, -1, perRow]))
      scores = graph.add("Add", scores, graph.sum(rounds, axis: 1))
    }
    return graph.cast(outputs(ofScores: scores, in: graph), to: .float32)
  }

  private func outputs(ofScores scores: ONNXValue, in graph: ONNXGraph) -> ONNXValue {
    switch trees.objective.choice {
    case .binary:
      graph.concat([graph.logistic(graph.add("Neg", scores)), graph.logistic(scores)], axis: 1)
    case .multiclass: graph.softmax(scores)
    case .poisson, .gamma, .tweedie: graph.add("Exp", scores)
    case .auto, .regression, .absolute, .huber, .quantile, .lambdarank: scores
    }
  }
}

extension FittedForest: ONNXModel {
  package func outputs(of features: ONNXFeatures, in graph: ONNXGraph) throws(ONNXError) -> ONNXValue {
    let questions = TreeColumns(forest.trees.map(\.tree))
    let leaves = try questions.leaves(of: features.columns, in: graph)
    let count = graph.constant(Double(forest.trees.count))
    if forest.isSparse {
      let table = try leafShares()
      let said = graph.cast(graph.values(ofLeaves: leaves, of: questions.trees, table), to: .float64)
      return graph.cast(graph.add("Div", graph.sum(said, axis: 1), count), to: .float32)
    }
    let values = graph.values(
      ofLeaves: leaves, of: questions.trees, ONNXTensor(forest.trees.flatMap { $0.tree.leaves.map(\.value) }))
    let mean = graph.add("Div", graph.sum(values, axis: 1, keeping: true), count)
    if forest.classes == nil { return graph.cast(mean, to: .float32) }
    return graph.cast(graph.concat([graph.add("Sub", graph.constant(1.0), mean), mean], axis: 1), to: .float32)
  }

  /// The shares of all classes in the leaves of all trees `[leaves, classes]`.
  private func leafShares() throws(ONNXError) -> ONNXTensor {
    let (leaves, classes) = (forest.trees.reduce(0) { $0 + $1.tree.leaves.count }, forest.outputCount)
    guard Double(leaves) * Double(classes) < 5e8 else {
      throw ONNXError("\(leaves) leaves with \(classes) classes are more than a file of ONNX's holds: fit fewer trees")
    }
    var table = [Float](repeating: 0, count: leaves * classes)
    var row = 0
    for tree in forest.trees {
      for leaf in tree.tree.leaves.indices {
        for entry in tree.shares.starts[leaf]..<tree.shares.starts[leaf + 1] {
          table[row * classes + Int(tree.shares.classes[entry])] += tree.shares.shares[entry]
        }
        row += 1
      }
    }
    return ONNXTensor(table, shape: [leaves, classes])
  }
}
