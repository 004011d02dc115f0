import BLASBridge
import Datasets
import Learning
import Settings

extension QuantileRegression: FittableModel {
  package static let name = "quantile_regression"
  package static let summary = "linear quantile regression with an L2 penalty: quantiles"
  package static let tasks: [PredictionTask] = [.quantile]
  package static let takesWeights = true

  /// The rows three times in double precision.
  package func memory(rows: Int, features: Int, outputs: Int) -> MemoryEstimate {
    let (n, d) = (Double(rows), Double(features) + 1)
    var memory = MemoryEstimate()
    memory.add("rows in double precision", bytes: 24 * n * d + 16 * d * d, lower: "rows or features")
    return memory
  }

  package func makeLearner(
    _ training: TrainingData, validation: TrainingData?, seed: UInt64
  ) -> any FitLearner {
    DirectFit(restoring: LinearQuantiles.init(from:)) { _ in
      LinearQuantiles(
        try fit(
          training.x, training.numbers.elements, shares: training.quantiles ?? [0.5], weights: training.weights))
    }
  }

  package func fitted(from checkpoint: Checkpoint, features: Int, outputs: Int) throws -> any FittedModel {
    let model = try LinearQuantiles(from: checkpoint)
    guard model.linear.weights.columns == outputs else {
      throw CheckpointError(
        "the checkpoint's weights are of \(model.linear.weights.columns) quantiles, its target has \(outputs)")
    }
    return model
  }
}

/// Lines for several quantiles, which are put into order where they cross.
struct LinearQuantiles: FittedModel {
  let linear: LinearModel

  init(_ linear: LinearModel) { self.linear = linear }
  init(from checkpoint: Checkpoint) throws { linear = try LinearModel(from: checkpoint) }

  var features: Int { linear.features }
  func outputs(of rows: Features) -> Matrix<Float> {
    let outputs = linear.predict(rows.matrix)
    outputs.sortRows()
    return outputs
  }
  func save(into checkpoint: inout Checkpoint) { linear.save(into: &checkpoint) }
}
