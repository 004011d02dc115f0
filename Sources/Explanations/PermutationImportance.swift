import Datasets
import Models
import Randomness

/// How much worse a score gets where a column is shuffled among the rows (Breiman 2001).
package struct PermutationImportance: Sendable {
  package let metric: String
  /// The score of the rows as they are.
  package let score: Double
  /// By how much it gets worse, of each column: the mean of the repeats and its 95 % interval.
  package let columns: [(name: String, loss: TInterval)]
  package let repeats: Int

  /// Whether less is better.
  package static func isLoss(_ metric: String) -> Bool { ["log_loss", "mse", "mae", "pinball_loss"].contains(metric) }
}

/// What is known of the rows' target.
package enum KnownTarget: Sendable {
  case classes([Int])
  case numbers([Float])
  /// Of which the quantile of this share is predicted.
  case quantile(Double, of: [Float])

  package var count: Int {
    switch self {
    case .classes(let labels): labels.count
    case .numbers(let numbers), .quantile(_, let numbers): numbers.count
    }
  }
}

extension ExplainedModel {
  package func scores(_ features: Features, _ target: KnownTarget) -> FitScores {
    let outputs = model.outputs(of: features)
    switch target {
    case .classes(let labels):
      return FitScores(truth: labels, probabilities: outputs, classes: classes ?? [])
    case .numbers(let numbers): return FitScores(truth: numbers, predicted: outputs.elements)
    case .quantile(let share, let numbers): return FitScores(truth: numbers, quantiles: outputs, shares: [share])
    }
  }

  /// The score that is used where none is named.
  package func usualMetric(of target: KnownTarget) -> String {
    switch target {
    case .classes: "log_loss"
    case .numbers: "r2"
    case .quantile: "pinball_loss"
    }
  }

  /// nil where the rows have no such score.
  package func permutationImportance(
    of rows: Features, _ target: KnownTarget, metric: String, repeats: Int, seed: UInt64,
    shouldStop: () -> Bool = { false }
  ) -> PermutationImportance? {
    guard let score = scores(rows, target)[metric] else { return nil }
    let sign = PermutationImportance.isLoss(metric) ? 1.0 : -1.0
    let inOrder = Array(0..<rows.rows)
    let root = SeedSequence(seed)
    let asked = trees?.splits
    var result: [(String, TInterval)] = []
    for (index, column) in columns.enumerated() {
      var generator = CounterGenerator(root.child(named: "shuffles")).split(UInt64(index))
      var losses: [Double] = []
      if let asked, column.features.allSatisfy({ asked[$0] == 0 }) {
        // No tree would notice.
        result.append((column.name, TInterval([Double](repeating: 0, count: repeats))))
        continue
      }
      for _ in 0..<repeats {
        if shouldStop() { return nil }
        var shuffled = inOrder
        for last in stride(from: rows.rows - 1, to: 0, by: -1) {
          shuffled.swapAt(last, generator.integer(below: last + 1))
        }
        let worse = scores(rows.replacing(column, from: shuffled), target)[metric] ?? score
        losses.append(sign * (worse - score))
      }
      result.append((column.name, TInterval(losses)))
    }
    return PermutationImportance(metric: metric, score: score, columns: result, repeats: repeats)
  }
}
