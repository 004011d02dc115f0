import BLASBridge
import Datasets
import Learning
import Telemetry

extension MLP: FittableModel {
  public static let name = "mlp"
  public static let summary = "multilayer perceptron by minibatches: classification and regression"
  public static let tasks: [PredictionTask] = [.regression, .classification]
  public var budget: Int { epochs }

  public func makeLearner(
    _ training: TrainingData, validation: TrainingData?, seed: UInt64
  ) -> any FitLearner {
    MLPTrainer(
      self, training.x, training.target, validation: validation.map { ($0.x, $0.target) }, seed: seed)
  }

  public func fitted(from checkpoint: Checkpoint, features: Int, outputs: Int) throws -> any FittedModel {
    try MLPModel(from: checkpoint, self, inputs: features, outputs: outputs)
  }
}

extension MLPTrainer: FitLearner {
  public var step: Int { epoch }
  public var hasEpochs: Bool { true }
  public var fittedModel: any FittedModel { model }

  public func advance(
    reporting sink: any MetricSink, iterated: (_ iteration: Int, _ loss: Double) throws -> Void
  ) -> FitLosses {
    let losses = runEpoch(reporting: sink)
    return FitLosses(training: losses.training, validation: losses.validation)
  }
}

extension MLPModel: FittedModel {
  public var features: Int { network.inputWidth }
  public func outputs(of x: Matrix<Float>) -> Matrix<Float> { predict(x) }
}
