import Learning

/// Boosted trees: the scores of a row are initial ones and the values of the leaves that it falls in.
package struct BoostedTrees: Hashable, Sendable {
  package var objective: ObjectiveRecord
  /// Columns of features.
  package var features: Int
  /// One for each score.
  package var initialScores: [Double]
  /// Round by round, a tree for each score.
  package var trees: [DecisionTree]

  package init(objective: ObjectiveRecord, features: Int, initialScores: [Double], trees: [DecisionTree]) {
    (self.objective, self.features, self.initialScores, self.trees) = (objective, features, initialScores, trees)
  }

  package var rounds: Int { trees.count / initialScores.count }

  /// The model of its first rounds.
  func first(rounds: Int) -> BoostedTrees {
    var first = self
    first.trees = Array(trees.prefix(rounds * initialScores.count))
    return first
  }

  /// By how much the splits of each feature lower the objective, in all trees together `[features]`.
  package var gains: [Double] { trees.gains(features: features) }

  /// How many splits ask for each feature `[features]`.
  package var splits: [Int] { trees.splits(features: features) }

  /// The scores of a row whose features `value` gives: numbers, or codes of categories; NaN where missing.
  package func scores(_ value: (_ feature: Int) -> Double) -> [Double] {
    var scores = initialScores
    for (number, tree) in trees.enumerated() {
      scores[number % scores.count] += tree.leaves[tree.leaf(value)].value
    }
    return scores
  }
}
