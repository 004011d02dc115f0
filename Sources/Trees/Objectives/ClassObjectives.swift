import CKernels
import Foundation

/// The cross-entropy of two classes, whose log odds the score is.
struct LogisticLoss: Objective {
  var positiveWeight: Double
  var outputCount: Int { 2 }

  func initialScores(_ rows: TargetRows) -> [Double] {
    let share = rows.mean
    // A class without rows is taken for next to impossible.
    let odds = max(share, 1e-15) / max(1 - share, 1e-15) * positiveWeight
    return [log(odds)]
  }

  func gradients(
    _ rows: TargetRows, at scores: UnsafePointer<Double>, _ gradients: UnsafeMutablePointer<Float>,
    _ hessians: UnsafeMutablePointer<Float>
  ) -> Double {
    let own = positiveWeight == 1 ? rows.weights : weights(rows)
    let total = own.map { $0.reduce(0) { $0 + Double($1) } } ?? rows.totalWeight
    guard let own else {
      return rl_boost_logistic(scores, rows.values, nil, gradients, hessians, rows.count) / total
    }
    return rl_boost_logistic(scores, rows.values, own, gradients, hessians, rows.count) / total
  }

  private func weights(_ rows: TargetRows) -> [Float] {
    rows.values.indices.map { Float(rows.weight($0) * (rows.values[$0] > 0.5 ? positiveWeight : 1)) }
  }

  func outputs(_ scores: UnsafeBufferPointer<Double>, into outputs: UnsafeMutablePointer<Float>) {
    // Both from the score itself, so that neither loses the digits of the other.
    outputs[0] = Float(1 / (1 + exp(scores[0])))
    outputs[1] = Float(1 / (1 + exp(-scores[0])))
  }
}

/// The cross-entropy of several classes: scores are logits.
struct SoftmaxLoss: Objective {
  var classes: Int
  var scoresPerRow: Int { classes }
  var outputCount: Int { classes }
  private static let block = 256

  func initialScores(_ rows: TargetRows) -> [Double] {
    var shares = [Double](repeating: 0, count: classes)
    for row in 0..<rows.count { shares[Int(rows.values[row])] += rows.weight(row) / rows.totalWeight }
    return shares.map { log(max($0, 1e-15)) }
  }

  func gradients(
    _ rows: TargetRows, at scores: UnsafePointer<Double>, _ gradients: UnsafeMutablePointer<Float>,
    _ hessians: UnsafeMutablePointer<Float>
  ) -> Double {
    // A second derivative is scaled as if the last class had no score of its own.
    let (factor, n) = (Float(classes) / Float(classes - 1), rows.count)
    var (logits, p) = ([Float](repeating: 0, count: Self.block * classes), [Float]())
    p = logits
    var sum = 0.0
    for start in stride(from: 0, to: n, by: Self.block) {
      let count = min(Self.block, n - start)
      for index in 0..<classes {
        for row in 0..<count { logits[row * classes + index] = Float(scores[index * n + start + row]) }
      }
      rl_log_softmax(logits, &logits, count, classes)
      rl_exp(logits, &p, count * classes)
      for row in 0..<count {
        let (label, weight) = (Int(rows.values[start + row]), rows.weight(start + row))
        sum -= weight * Double(logits[row * classes + label])
        for index in 0..<classes {
          let own = p[row * classes + index]
          gradients[index * n + start + row] = Float(weight) * (own - (index == label ? 1 : 0))
          hessians[index * n + start + row] = Float(weight) * factor * own * (1 - own)
        }
      }
    }
    return sum / rows.totalWeight
  }

  func outputs(_ scores: UnsafeBufferPointer<Double>, into outputs: UnsafeMutablePointer<Float>) {
    let largest = scores.max()!
    let sum = scores.reduce(0) { $0 + exp($1 - largest) }
    for index in 0..<classes { outputs[index] = Float(exp(scores[index] - largest) / sum) }
  }
}
