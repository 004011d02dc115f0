import BLASBridge
import Models

extension FittedForest: QuantileModel {
  package var hasQuantiles: Bool { forest.targets != nil }

  /// The least target up to which a share of the weight lies, where each training row weighs as much as it does in the leaves
  /// that the row falls in, in the mean of the trees (Meinshausen 2006).
  package func quantiles(_ shares: [Double], of rows: Features) -> Matrix<Float> {
    guard let targets = forest.targets else { preconditionFailure("the forest kept no targets of its leaves") }
    let result = Matrix<Float>(rows: rows.rows, columns: shares.count)
    var weights = [Double](repeating: 0, count: targets.count)
    var found: [Int] = []
    let order = shares.indices.sorted { shares[$0] < shares[$1] }
    leaves.withScores(of: rows.columns) { start, count, scores, stride in
      for row in 0..<count {
        for (number, tree) in forest.trees.enumerated() {
          let leaf = Int(scores[number * stride + row])
          for entry in tree.shares.starts[leaf]..<tree.shares.starts[leaf + 1] {
            let place = Int(tree.shares.classes[entry])
            if weights[place] == 0 { found.append(place) }
            weights[place] += Double(tree.shares.shares[entry])
          }
        }
        found.sort()
        // Shares are of single precision.
        let total = found.reduce(0) { $0 + weights[$1] } * (1 - 1e-6)
        var (sum, next) = (0.0, 0)
        for index in order {
          while next < found.count, sum < shares[index] * total || next == 0 {
            sum += weights[found[next]]
            next += 1
          }
          result[start + row, index] = next > 0 ? targets[found[next - 1]] : .nan
        }
        for place in found { weights[place] = 0 }
        found.removeAll(keepingCapacity: true)
      }
    }
    return result
  }
}
