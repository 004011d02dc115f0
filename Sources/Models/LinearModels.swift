import BLASBridge
import Datasets
import Learning

extension LinearRegression: FittableModel {
  package static let name = "linear"
  package static let summary = "linear regression by least squares"
  package static let tasks: [PredictionTask] = [.regression]
  package static let takesWeights = true

  package func makeLearner(
    _ training: TrainingData, validation: TrainingData?, seed: UInt64
  ) -> any FitLearner {
    DirectFit(restoring: LinearModel.init(from:)) { _ in
      try fit(training.x, training.numbers, weights: training.weights)
    }
  }

  package func fitted(from checkpoint: Checkpoint, features: Int, outputs: Int) throws -> any FittedModel {
    try LinearModel(from: checkpoint)
  }
}

extension RidgeRegression: FittableModel {
  package static let name = "ridge"
  package static let summary = "linear regression with an L2 penalty"
  package static let tasks: [PredictionTask] = [.regression]
  package static let takesWeights = true

  package func makeLearner(
    _ training: TrainingData, validation: TrainingData?, seed: UInt64
  ) -> any FitLearner {
    DirectFit(restoring: LinearModel.init(from:)) { _ in
      try fit(training.x, training.numbers, weights: training.weights)
    }
  }

  package func fitted(from checkpoint: Checkpoint, features: Int, outputs: Int) throws -> any FittedModel {
    try LinearModel(from: checkpoint)
  }
}

extension LinearModel: FittedModel {
  package var features: Int { weights.rows }
  package func outputs(of rows: Features) -> Matrix<Float> { predict(rows.matrix) }
}
