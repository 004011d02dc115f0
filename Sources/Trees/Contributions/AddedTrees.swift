import Models

/// Trees whose leaves are added up, tree by tree, to the outputs that are explained: boosted ones to scores, those of a forest
/// to probabilities or the mean.
package struct AddedTrees: Sendable {
  /// Columns of features.
  package let features: Int
  package let trees: [DecisionTree]
  /// What the trees add to `[outputs]`.
  package let initial: [Double]
  package let unit: Unit
  /// The share of the rows that goes each way at a node is that of their weights, not of their number.
  package let weighsRows: Bool
  /// The values of the leaves of each tree, for each output that it adds to.
  private let values: @Sendable (_ tree: Int) -> [(output: Int, leaves: [Double])]

  /// What an output is measured in.
  package enum Unit: String, Sendable, Codable {
    /// Before the sigmoid, the softmax or the exponential.
    case score
    case probability
    case number
  }

  init(
    features: Int, trees: [DecisionTree], initial: [Double], unit: Unit, weighsRows: Bool,
    values: @escaping @Sendable (_ tree: Int) -> [(output: Int, leaves: [Double])]
  ) {
    (self.features, self.trees, self.initial, self.unit) = (features, trees, initial, unit)
    (self.weighsRows, self.values) = (weighsRows, values)
  }

  package var outputs: Int { initial.count }
  package func leafValues(of tree: Int) -> [(output: Int, leaves: [Double])] { values(tree) }

  /// The outputs of a row whose features `value` gives, as trees give them: slow, and plain.
  package func outputs(_ value: (_ feature: Int) -> Double) -> [Double] {
    var outputs = initial
    for (place, tree) in trees.enumerated() {
      let leaf = tree.leaf(value)
      for (output, leaves) in values(place) { outputs[output] += leaves[leaf] }
    }
    return outputs
  }

  /// By how much the splits of each feature lower the objective, in all trees together `[features]`.
  package var gains: [Double] { trees.gains(features: features) }

  /// How many splits ask for each feature `[features]`.
  package var splits: [Int] { trees.splits(features: features) }
}

/// A fitted model of trees.
package protocol ModelOfTrees: FittedModel {
  var addedTrees: AddedTrees { get }
}

extension FittedTrees: ModelOfTrees {
  package var addedTrees: AddedTrees {
    let (trees, perRow) = (trees.trees, trees.initialScores.count)
    let isNumber = [.regression, .absolute, .huber, .quantile, .lambdarank].contains(self.trees.objective.choice)
    return AddedTrees(
      features: features, trees: trees, initial: self.trees.initialScores, unit: isNumber ? .number : .score,
      weighsRows: false
    ) { place in [(place % perRow, trees[place].leaves.map(\.value))] }
  }
}

extension FittedForest: ModelOfTrees {
  package var addedTrees: AddedTrees {
    let (trees, outputs) = (forest.trees, forest.isSparse ? forest.outputCount : 1)
    let (share, isSparse) = (1 / Double(max(1, trees.count)), forest.isSparse)
    return AddedTrees(
      features: features, trees: trees.map(\.tree), initial: [Double](repeating: 0, count: outputs),
      unit: forest.classes == nil ? .number : .probability, weighsRows: true
    ) { place in
      let tree = trees[place]
      guard isSparse else { return [(0, tree.tree.leaves.map { $0.value * share })] }
      var values = [[Double]](repeating: [Double](repeating: 0, count: tree.tree.leaves.count), count: outputs)
      for leaf in tree.tree.leaves.indices {
        for entry in tree.shares.starts[leaf]..<tree.shares.starts[leaf + 1] {
          values[Int(tree.shares.classes[entry])][leaf] = Double(tree.shares.shares[entry]) * share
        }
      }
      return values.enumerated().map { (output: $0, leaves: $1) }.filter { $0.leaves.contains { $0 != 0 } }
    }
  }
}
