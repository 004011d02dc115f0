import BLASBridge

/// How far predictions are from the quantiles of numbers: share · (truth − predicted) below the truth, (1 − share) · (predicted −
/// truth) above it, lowest in the mean at the quantile (Koenker and Bassett 1978).
package struct PinballLoss: Sendable {
  package let shares: [Double]

  package init(_ shares: [Double]) { self.shares = shares }

  /// Of one prediction.
  package static func loss(_ predicted: Double, truth: Double, share: Double) -> Double {
    predicted >= truth ? (1 - share) * (predicted - truth) : share * (truth - predicted)
  }

  /// The mean over the shares of each row's loss, summed over rows; predictions are `[rows, shares]`, targets `[rows]`.
  package func sum(_ predictions: UnsafePointer<Float>, targets: UnsafePointer<Float>, rows: Int) -> Double {
    var sum = 0.0
    for row in 0..<rows {
      for (index, share) in shares.enumerated() {
        sum += Self.loss(Double(predictions[row * shares.count + index]), truth: Double(targets[row]), share: share)
      }
    }
    return sum / Double(shares.count)
  }

  /// The mean of all losses, and its gradient by the predictions (overwritten); its slope at 0 is 0.
  func callAsFunction(
    _ predictions: UnsafePointer<Float>, targets: UnsafePointer<Float>, rows: Int,
    gradient: UnsafeMutablePointer<Float>
  ) -> Double {
    let part = 1 / Float(rows * shares.count)
    for row in 0..<rows {
      for (index, share) in shares.enumerated() {
        let place = row * shares.count + index
        let error = predictions[place] - targets[row]
        gradient[place] = error == 0 ? 0 : part * Float(error > 0 ? 1 - share : -share)
      }
    }
    return sum(predictions, targets: targets, rows: rows) / Double(rows)
  }
}

extension Matrix<Float> {
  /// Puts the elements of each row into ascending order: quantiles that cross become those that do not, and are no worse for it
  /// (Chernozhukov et al. 2010).
  package func sortRows() {
    for row in 0..<rows {
      var own = UnsafeMutableBufferPointer(start: base + row * stride, count: columns)
      // Most are in order.
      for index in own.indices.dropFirst() where own[index] < own[index - 1] {
        own.sort()
        break
      }
    }
  }
}
