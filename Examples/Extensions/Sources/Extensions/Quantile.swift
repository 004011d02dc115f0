import BLASBridge
import Datasets
import Learning
import Models
import Settings

/// A model of one's own: it predicts a quantile of the training rows' target, whatever the features.
struct Quantile: FittableModel {
  static let name = "quantile"
  static let summary = "a quantile of the training rows, whatever the features"
  static let tasks: [PredictionTask] = [.regression]
  static let hyperparameters: [Hyperparameter<Quantile>] = [
    .number("quantile", \.quantile, .unit, "the share of the rows below it")
  ]

  var quantile = 0.5

  func memory(rows: Int, features: Int, outputs: Int) -> MemoryEstimate { MemoryEstimate() }

  func makeLearner(_ training: TrainingData, validation: TrainingData?, seed: UInt64) -> any FitLearner {
    DirectFit(restoring: Constant.init(from:)) { _ in
      let sorted = training.numbers.elements.sorted()
      return Constant(value: sorted[Int(quantile * Double(sorted.count - 1))], features: training.features.count)
    }
  }

  func fitted(from checkpoint: Checkpoint, features: Int, outputs: Int) throws -> any FittedModel {
    try Constant(from: checkpoint)
  }
}

/// The same prediction for every row.
struct Constant: FittedModel {
  var value: Float
  var features: Int

  init(value: Float, features: Int) { (self.value, self.features) = (value, features) }

  init(from checkpoint: Checkpoint) throws {
    let numbers = try checkpoint.floats("constant", count: 2)
    self.init(value: numbers[0], features: Int(numbers[1]))
  }

  func outputs(of rows: Features) -> Matrix<Float> {
    Matrix(rows: rows.rows, columns: 1, Array(repeating: value, count: rows.rows))
  }

  func save(into checkpoint: inout Checkpoint) { checkpoint.set("constant", [value, Float(features)]) }
}
