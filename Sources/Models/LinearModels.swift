import BLASBridge
import Datasets
import Learning

extension LinearRegression: FittableModel {
  public static let name = "linear"
  public static let summary = "linear regression by least squares"
  public static let tasks: [PredictionTask] = [.regression]

  public func makeLearner(
    _ training: TrainingData, validation: TrainingData?, seed: UInt64
  ) -> any FitLearner {
    DirectFit(restoring: LinearModel.init(from:)) { _ in try fit(training.x, training.numbers) }
  }

  public func fitted(from checkpoint: Checkpoint, features: Int, outputs: Int) throws -> any FittedModel {
    try LinearModel(from: checkpoint)
  }
}

extension RidgeRegression: FittableModel {
  public static let name = "ridge"
  public static let summary = "linear regression with an L2 penalty"
  public static let tasks: [PredictionTask] = [.regression]

  public func makeLearner(
    _ training: TrainingData, validation: TrainingData?, seed: UInt64
  ) -> any FitLearner {
    DirectFit(restoring: LinearModel.init(from:)) { _ in try fit(training.x, training.numbers) }
  }

  public func fitted(from checkpoint: Checkpoint, features: Int, outputs: Int) throws -> any FittedModel {
    try LinearModel(from: checkpoint)
  }
}

extension LinearModel: FittedModel {
  public var features: Int { weights.rows }
  public func outputs(of x: Matrix<Float>) -> Matrix<Float> { predict(x) }
}
