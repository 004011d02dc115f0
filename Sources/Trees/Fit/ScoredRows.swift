import BLASBridge
import Datasets

/// Rows with the scores that the trees give them so far.
final class ScoredRows {
  let rows: BinnedRows
  /// The same rows as they are, which an earlier model is asked about.
  private let columns: FeatureColumns
  let target: TargetRows
  /// `[scores][rows]`
  let scores: UnsafeMutablePointer<Double>
  private let perRow: Int
  /// Room for gradients that nobody asks for.
  private var gradients: [Float] = []
  private var hessians: [Float] = []

  init(_ rows: BinnedRows, _ columns: FeatureColumns, _ target: TargetRows, scores perRow: Int) {
    (self.rows, self.columns, self.target, self.perRow) = (rows, columns, target, perRow)
    scores = .allocate(capacity: max(1, rows.rows * perRow))
    scores.initialize(repeating: 0, count: rows.rows * perRow)
  }

  deinit { scores.deallocate() }

  func start(_ initial: [Double]) {
    for (index, score) in initial.enumerated() {
      (scores + index * rows.rows).update(repeating: score, count: rows.rows)
    }
  }

  /// Starts from a model whose trees may ask for other values than the bounds of bins.
  func start(_ model: BoostedTrees) {
    if model.trees.isEmpty { return start(model.initialScores) }
    CodedTrees(model).withScores(of: columns) { start, count, own, stride in
      for index in 0..<perRow {
        (scores + index * rows.rows + start).update(from: own + index * stride, count: count)
      }
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

  /// The scores that all trees of a model give, added in the order in which they were grown; those after the earlier rounds
  /// grew on these bins.
  func replay(_ model: BoostedTrees, earlierRounds: Int) throws(TreeError) {
    start(model.first(rounds: earlierRounds))
    for (number, tree) in model.trees.enumerated().dropFirst(earlierRounds * perRow) {
      try GrownTree(tree, over: rows.features)
        .route(rows, values: tree.leaves.map(\.value), to: scores + number % perRow * rows.rows)
    }
  }
}
