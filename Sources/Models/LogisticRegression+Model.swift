import BLASBridge
import Datasets
import Learning

extension LogisticRegression: FittableModel {
  public static let name = "logistic"
  public static let summary = "logistic and softmax regression by L-BFGS: classification"
  public static let tasks: [PredictionTask] = [.classification]
  public var budget: Int { max(1, maximumIterations) }

  public func makeLearner(
    _ training: TrainingData, validation: TrainingData?, seed: UInt64
  ) -> any FitLearner {
    let classes = if case .classes(_, let count) = training.target { count } else { 2 }
    return DirectFit(recording: .trainObjective, restoring: LogisticModel.init(from:)) { iterated in
      try fit(training.x, training.labels, classes: classes, iterated: iterated).model
    }
  }

  public func fitted(from checkpoint: Checkpoint, features: Int, outputs: Int) throws -> any FittedModel {
    let model = try LogisticModel(from: checkpoint)
    guard model.classes == outputs else {
      throw CheckpointError("the checkpoint's weights are of \(model.classes) classes, its target has others")
    }
    return model
  }
}

extension LogisticModel: FittedModel {
  public var features: Int { weights.rows }
  public func outputs(of x: Matrix<Float>) -> Matrix<Float> { probabilities(x) }
}
