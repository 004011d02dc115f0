import BLASBridge
import Fitting
import Formats

extension Leaderboard {
  private static let stopsEarly: Set<String> = ["gbdt", "mlp", "sgd"]

  /// What each row costs by the candidate that the rows of the other folds choose.
  ///
  /// The best of many candidates is better than it looks on the rows that chose it: of targets that have nothing to do with the
  /// columns it beats the baseline too often (Tibshirani and Tibshirani 2009, Tsamardinos et al. 2018).
  /// Models that stop by the loss of the rows that judge them are too good there, too, and have no part in it where there are others.
  func lossesByOthersChoice(areAbsolute: Bool) -> [Double] {
    let others = self.candidates.filter { !Self.stopsEarly.contains($0.model) }
    let candidates = others.isEmpty ? self.candidates : others
    let losses = candidates.map { judged.truth.losses($0.predictions, areAbsolute: areAbsolute) }
    let sums = losses.map { own in
      own.indices.reduce(into: [Double](repeating: 0, count: judged.foldCount)) { $0[judged.folds[$1]] += own[$1] }
    }
    let wholes = sums.map { $0.reduce(0, +) }
    let chosen = (0..<judged.foldCount).map { fold in
      candidates.indices.min { (wholes[$0] - sums[$0][fold], $0) < (wholes[$1] - sums[$1][fold], $1) }!
    }
    return judged.rows.indices.map { losses[chosen[judged.folds[$0]]][$0] }
  }

  /// Of a row, by predictions of all judged rows.
  func meanLoss(_ predictions: Matrix<Float>) -> Double {
    mean(judged.truth.losses(predictions, areAbsolute: metric.name == "mae"))
  }
}
