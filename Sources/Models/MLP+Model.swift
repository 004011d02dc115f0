import BLASBridge
import Datasets
import Learning
import Telemetry

extension MLP: FittableModel {
  package static let name = "mlp"
  package static let summary = "multilayer perceptron by minibatches: classification, regression and quantiles"
  package static let tasks: [PredictionTask] = [.regression, .classification, .quantile]
  package var budget: Int { epochs }

  package func makeLearner(
    _ training: TrainingData, validation: TrainingData?, seed: UInt64
  ) -> any FitLearner {
    MLPTrainer(
      self, training.x, training.target, validation: validation.map { ($0.x, $0.target) }, seed: seed)
  }

  package func fitted(from checkpoint: Checkpoint, features: Int, outputs: Int) throws -> any FittedModel {
    try MLPModel(from: checkpoint, self, inputs: features, outputs: outputs)
  }
}

extension MLPTrainer: FitLearner {
  package var step: Int { epoch }
  package var hasEpochs: Bool { true }
  package var fittedModel: any FittedModel { model }

  package func advance(
    reporting sink: any MetricSink, iterated: (_ iteration: Int, _ loss: Double) throws -> Void
  ) -> FitLosses {
    let losses = runEpoch(reporting: sink)
    return FitLosses(training: losses.training, validation: losses.validation)
  }
}

extension MLPTrainer: EarlyStoppingLearner {
  package var chosenStep: Int? { validates && bestEpoch > 0 ? bestEpoch : nil }
}

extension MLPModel: FittedModel {
  package var features: Int { network.inputWidth }
  package func outputs(of rows: Features) -> Matrix<Float> { predict(rows.matrix) }
}
