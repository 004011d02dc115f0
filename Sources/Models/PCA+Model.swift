import BLASBridge
import Datasets
import Learning
import Settings

extension PCA: FittableModel {
  package static let name = "pca"
  package static let summary = "principal components: no target"
  package static let tasks: [PredictionTask] = []

  package func check(rows: Int, features: Int) throws(HyperparameterError) {
    if rows < 2 { throw HyperparameterError("PCA needs at least two training rows, not \(rows)") }
    guard components > min(rows, features) else { return }
    throw HyperparameterError(
      "there are no \(components) components of \(rows) training rows and \(features) features: set n_components")
  }

  package func makeLearner(
    _ training: TrainingData, validation: TrainingData?, seed: UInt64
  ) -> any FitLearner {
    DirectFit(restoring: PCAModel.init(from:)) { _ in try fit(training.x, seed: seed) }
  }

  package func fitted(from checkpoint: Checkpoint, features: Int, outputs: Int) throws -> any FittedModel {
    try PCAModel(from: checkpoint)
  }
}

extension PCAModel: FittedModel {
  package var features: Int { components.columns }
  package var outputColumns: [OutputColumn]? { (1...components.rows).map { OutputColumn("component_\($0)") } }
  package func outputs(of rows: Features) -> Matrix<Float> { transform(rows.matrix) }

  /// The share of the rows' variance that the components explain.
  package func scores(_ rows: Features, _ outputs: Matrix<Float>) -> FitScores {
    let x = rows.matrix
    let restored = inverseTransform(outputs)
    var (lost, whole) = (0.0, 0.0)
    for row in 0..<x.rows {
      for i in 0..<x.columns {
        let (error, distance) = (Double(x[row, i] - restored[row, i]), Double(x[row, i] - means[i]))
        lost += error * error
        whole += distance * distance
      }
    }
    return FitScores([FitScores.Score(name: "explained_variance_ratio", value: whole > 0 ? 1 - lost / whole : 1)])
  }
}
