import BLASBridge

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

  /// `[n, outputs]`
  func outputs(_ objective: any Objective) -> Matrix<Float> {
    let result = Matrix<Float>(rows: rows.rows, columns: objective.outputCount)
    var own = [Double](repeating: 0, count: perRow)
    for row in 0..<rows.rows {
      for index in 0..<perRow { own[index] = scores[index * rows.rows + row] }
      own.withUnsafeBufferPointer { objective.outputs($0, into: result.base + row * result.stride) }
    }
    return result
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
