import BLASBridge
import Datasets
import Learning
import Settings

extension IsolationForest: FittableModel {
  package static let name = "isolation_forest"
  package static let summary = "outliers by an isolation forest: no target"
  package static let tasks: [PredictionTask] = []

  package func check(rows: Int, features: Int) throws(HyperparameterError) {
    if rows < 2 { throw HyperparameterError("isolation_forest needs at least two training rows, not \(rows)") }
    if let contamination, contamination > 0.5 || contamination == 0 {
      throw HyperparameterError("contamination takes a share above 0, at most 0.5, not \(contamination)")
    }
  }

  package func makeLearner(
    _ training: TrainingData, validation: TrainingData?, seed: UInt64
  ) -> any FitLearner {
    DirectFit(restoring: IsolationForestModel.init(from:)) { _ in fit(training.x, seed: seed) }
  }

  package func fitted(from checkpoint: Checkpoint, features: Int, outputs: Int) throws -> any FittedModel {
    try IsolationForestModel(from: checkpoint)
  }
}

extension IsolationForestModel: FittedModel {
  package var outputColumns: [OutputColumn]? { [OutputColumn("outlier", isInteger: true), OutputColumn("score")] }

  /// 1 for an outlier, and the score.
  package func outputs(of rows: Features) -> Matrix<Float> {
    let scores = scores(rows.matrix)
    return Matrix(rows: scores.count, columns: 2, scores.flatMap { [$0 < offset ? 1 : 0, Float($0)] })
  }

  /// The share of outliers, and the mean score.
  package func scores(_ rows: Features, _ outputs: Matrix<Float>) -> FitScores {
    let count = Double(outputs.rows)
    func mean(_ column: Int) -> Double { outputs.column(column).elements.reduce(0) { $0 + Double($1) } / count }
    return FitScores([
      FitScores.Score(name: "outlier_share", value: mean(0)), FitScores.Score(name: "mean_score", value: mean(1)),
    ])
  }
}
