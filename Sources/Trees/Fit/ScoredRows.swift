/// Rows with the scores that the trees give them so far.
final class ScoredRows {
  let rows: BinnedRows
  let target: TargetRows
  /// `[scores][rows]`
  let scores: UnsafeMutablePointer<Double>
  private let perRow: Int
  /// Room for gradients that nobody asks for.
  private var gradients: [Float] = []
  private var hessians: [Float] = []

  init(_ rows: BinnedRows, _ target: TargetRows, scores perRow: Int) {
    (self.rows, self.target, self.perRow) = (rows, target, perRow)
    scores = .allocate(capacity: max(1, rows.rows * perRow))
    scores.initialize(repeating: 0, count: rows.rows * perRow)
  }

  deinit { scores.deallocate() }

  func start(_ initial: [Double]) {
    for (index, score) in initial.enumerated() {
      (scores + index * rows.rows).update(repeating: score, count: rows.rows)
    }
  }

  /// The mean loss.
  func loss(_ objective: any Objective) -> Double {
    if gradients.isEmpty {
      gradients = Array(repeating: 0, count: rows.rows * perRow)
      hessians = gradients
    }
    return objective.gradients(target, at: scores, &gradients, &hessians)
  }

  /// The scores that all trees of a model give, added in the order in which they were grown.
  func replay(_ model: BoostedTrees) throws(TreeError) {
    start(model.initialScores)
    for (number, tree) in model.trees.enumerated() {
      try GrownTree(tree, over: rows.features)
        .route(rows, values: tree.leaves.map(\.value), to: scores + number % perRow * rows.rows)
    }
  }
}
