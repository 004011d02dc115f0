import BLASBridge
import Datasets
import Learning

extension LogisticRegression: FittableModel {
  package static let name = "logistic"
  package static let summary = "logistic and softmax regression by L-BFGS: classification"
  package static let tasks: [PredictionTask] = [.classification]
  package static let takesWeights = true
  package var budget: Int { max(1, maximumIterations) }

  package func makeLearner(
    _ training: TrainingData, validation: TrainingData?, seed: UInt64
  ) -> any FitLearner {
    DirectFit(recording: .trainObjective, restoring: LogisticModel.init(from:)) { iterated in
      try fit(
        training.x, training.labels, classes: training.target.classCount, weights: training.weights, iterated: iterated
      ).model
    }
  }

  package func fitted(from checkpoint: Checkpoint, features: Int, outputs: Int) throws -> any FittedModel {
    let model = try LogisticModel(from: checkpoint)
    guard model.classes == outputs else {
      throw CheckpointError("the checkpoint's weights are of \(model.classes) classes, its target has others")
    }
    return model
  }
}

extension LogisticModel: FittedModel {
  package var features: Int { weights.rows }
  package func outputs(of rows: Features) -> Matrix<Float> { probabilities(rows.matrix) }
}
