import Learning

/// The mean pinball loss of several quantiles, of which each has a score and trees of its own.
struct QuantilesLoss: Objective {
  /// Ascending.
  var shares: [Double]
  var scoresPerRow: Int { shares.count }
  var outputCount: Int { shares.count }

  func leafQuantile(of score: Int) -> Double? { shares[score] }
  func initialScores(_ rows: TargetRows) -> [Double] { shares.map { rows.quantile($0) } }

  func gradients(
    _ rows: TargetRows, at scores: UnsafePointer<Double>, _ gradients: UnsafeMutablePointer<Float>,
    _ hessians: UnsafeMutablePointer<Float>
  ) -> Double {
    let n = rows.count
    var sum = 0.0
    for (index, share) in shares.enumerated() {
      rows.values.withUnsafeBufferPointer { values in
        for row in 0..<n {
          let (score, truth, weight) = (scores[index * n + row], Double(values[row]), rows.weight(row))
          sum += weight * PinballLoss.loss(score, truth: truth, share: share)
          gradients[index * n + row] = Float(weight * (score >= truth ? 1 - share : -share))
          hessians[index * n + row] = Float(weight)
        }
      }
    }
    return sum / rows.totalWeight / Double(shares.count)
  }

  /// Quantiles that cross are put into order.
  func outputs(_ scores: UnsafeBufferPointer<Double>, into outputs: UnsafeMutablePointer<Float>) {
    for (index, score) in scores.sorted().enumerated() { outputs[index] = Float(score) }
  }
}
