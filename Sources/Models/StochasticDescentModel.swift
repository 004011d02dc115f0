import BLASBridge
import Foundation
import Learning

/// A fitted linear model of scores: numbers as they are, classes by what their loss makes of scores.
struct StochasticDescentModel: FittedModel {
  let scores: LinearScores
  let loss: StochasticDescent.Loss
  let isClassification: Bool

  init(_ scores: LinearScores, loss: StochasticDescent.Loss, isClassification: Bool) {
    (self.scores, self.loss, self.isClassification) = (scores, loss, isClassification)
  }

  /// `classes` is 1 of a number to predict. Throws `CheckpointError` where what was saved is of other outputs.
  init(from checkpoint: Checkpoint, _ configuration: StochasticDescent, classes: Int) throws {
    scores = try LinearScores(from: checkpoint)
    isClassification = classes > 1
    loss = configuration.settledLoss(isClassification: isClassification)
    guard scores.outputs == (classes == 2 ? 1 : classes) else {
      throw CheckpointError("the checkpoint's weights are of \(scores.outputs) outputs, its target has \(classes)")
    }
  }

  var features: Int { scores.features }

  func outputs(of rows: Features) -> Matrix<Float> {
    let values = scores.scores(of: rows)
    let outputs = scores.outputs
    if !isClassification { return Matrix(rows: rows.rows, columns: outputs, values.map { Float($0) }) }
    if outputs == 1 {
      return Matrix(
        rows: rows.rows, columns: 2,
        values.flatMap { score in
          let share = probability(score)
          return [Float(1 - share), Float(share)]
        })
    }
    let result = Matrix<Float>(rows: rows.rows, columns: outputs)
    for row in 0..<rows.rows {
      let own = values[row * outputs..<(row + 1) * outputs]
      let shares: [Double]
      switch loss {
      case .logLoss, .modifiedHuber: shares = own.map(probability)
      default:
        // Scores are no probabilities; at least the greatest stays the greatest.
        let greatest = own.max()!
        shares = own.map { exp($0 - greatest) }
      }
      let sum = shares.reduce(0, +)
      for output in 0..<outputs {
        result[row, output] = Float(sum > 0 ? shares[output] / sum : 1 / Double(outputs))
      }
    }
    return result
  }

  /// Of a class against all others.
  private func probability(_ score: Double) -> Double {
    loss == .modifiedHuber ? (min(1, max(-1, score)) + 1) / 2 : 1 / (1 + exp(-score))
  }

  func save(into checkpoint: inout Checkpoint) { scores.save(into: &checkpoint) }
}
