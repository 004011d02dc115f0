import BLASBridge
import Datasets
import Learning
import Settings

extension PCA: FittableModel {
  public static let name = "pca"
  public static let summary = "principal components: no target"
  public static let tasks: [PredictionTask] = []

  public func check(rows: Int, features: Int) throws(HyperparameterError) {
    if rows < 2 { throw HyperparameterError("components need two training rows or more, not \(rows)") }
    guard components > min(rows, features) else { return }
    throw HyperparameterError(
      "there are no \(components) components of \(rows) training rows and \(features) features: set n_components")
  }

  public func makeLearner(
    _ training: TrainingData, validation: TrainingData?, seed: UInt64
  ) -> any FitLearner {
    DirectFit(restoring: PCAModel.init(from:)) { _ in try fit(training.x, seed: seed) }
  }

  public func fitted(from checkpoint: Checkpoint, features: Int, outputs: Int) throws -> any FittedModel {
    try PCAModel(from: checkpoint)
  }
}

extension PCAModel: FittedModel {
  public var features: Int { components.columns }
  public var outputColumns: [OutputColumn]? { (1...components.rows).map { OutputColumn("component_\($0)") } }
  public func outputs(of x: Matrix<Float>) -> Matrix<Float> { transform(x) }

  /// The share of the rows' variance that the components explain.
  public func scores(_ x: Matrix<Float>, _ outputs: Matrix<Float>) -> FitScores {
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
