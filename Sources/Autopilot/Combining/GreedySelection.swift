import BLASBridge
import Foundation
import Learning

/// Chooses models that predict well together: again and again the one with which the mean of the chosen ones is best, the same
/// one several times perhaps (Caruana et al. 2004, "Ensemble Selection from Libraries of Models").
struct GreedySelection {
  /// What a row costs, of predictions that are averaged.
  enum Loss {
    /// Minus the logarithm of the probability of the true class.
    case logarithmic(labels: [Int])
    case squared(truth: [Float])
    case absolute(truth: [Float])
    /// Of quantiles of these shares; their means do not cross where they do not.
    case pinball(truth: [Float], shares: [Double])
  }

  /// How often each model was chosen, as a share; they sum to 1.
  let weights: [Double]
  /// The mean loss of a row.
  let loss: Double

  /// With more rows a part of them, evenly spread, decides.
  private static let mostRows = 20_000

  /// `predictions`: of each model for all rows `[rows, outputs]`. Traps without one.
  init(_ predictions: [Matrix<Float>], _ loss: Loss, rounds: Int = 25) {
    precondition(!predictions.isEmpty, "there is no model to choose")
    let rows = predictions[0].rows
    let stride = max(1, (rows + Self.mostRows - 1) / Self.mostRows)
    let chosen = Array(Swift.stride(from: 0, to: rows, by: stride))
    // A row's loss depends on one number, the probability of the truth or the prediction, or on each of its quantiles.
    let columns: [[Float]]
    let truth: [Float]
    switch loss {
    case .logarithmic(let labels):
      columns = predictions.map { matrix in chosen.map { matrix[$0, labels[$0]] } }
      truth = []
    case .squared(let values), .absolute(let values):
      columns = predictions.map { matrix in chosen.map { matrix[$0, 0] } }
      truth = chosen.map { values[$0] }
    case .pinball(let values, let shares):
      columns = predictions.map { matrix in chosen.flatMap { row in shares.indices.map { matrix[row, $0] } } }
      truth = chosen.flatMap { row in shares.indices.map { _ in values[row] } }
    }
    func mean(_ sum: [Float], _ other: [Float], _ count: Int) -> Double {
      let factor = 1 / Float(count)
      var total = 0.0
      switch loss {
      case .logarithmic:
        for index in sum.indices { total -= Double(log(max((sum[index] + other[index]) * factor, 1e-15))) }
      case .squared:
        for index in sum.indices {
          let error = (sum[index] + other[index]) * factor - truth[index]
          total += Double(error * error)
        }
      case .absolute:
        for index in sum.indices { total += Double(abs((sum[index] + other[index]) * factor - truth[index])) }
      case .pinball(_, let shares):
        for index in sum.indices {
          total += PinballLoss.loss(
            Double((sum[index] + other[index]) * factor), truth: Double(truth[index]),
            share: shares[index % shares.count])
        }
      }
      return total / Double(max(1, sum.count))
    }
    var counts = [Int](repeating: 0, count: columns.count)
    var sum = [Float](repeating: 0, count: columns[0].count)
    var best: (counts: [Int], loss: Double)?
    for round in 1...max(1, rounds) {
      let losses = columns.map { mean(sum, $0, round) }
      // The first of equals.
      guard let index = losses.indices.min(by: { (losses[$0], $0) < (losses[$1], $1) }), losses[index].isFinite else {
        break
      }
      counts[index] += 1
      for row in sum.indices { sum[row] += columns[index][row] }
      // The shortest of equally good choices.
      if best == nil || losses[index] < best!.loss { best = (counts, losses[index]) }
    }
    let taken = best?.counts ?? columns.indices.map { $0 == 0 ? 1 : 0 }
    let whole = taken.reduce(0, +)
    weights = taken.map { Double($0) / Double(whole) }
    self.loss = best?.loss ?? .nan
  }
}
