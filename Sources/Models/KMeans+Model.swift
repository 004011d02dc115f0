import BLASBridge
import Datasets
import Learning
import Settings

extension KMeans: FittableModel {
  package static let name = "kmeans"
  package static let summary = "k-means clusters from k-means++ centres: no target"
  package static let tasks: [PredictionTask] = []
  package var budget: Int { maximumIterations * starts }

  package func check(rows: Int, features: Int) throws(HyperparameterError) {
    guard clusters > rows else { return }
    throw HyperparameterError("\(clusters) clusters need as many training rows, and there are \(rows): set n_clusters")
  }

  package func makeLearner(
    _ training: TrainingData, validation: TrainingData?, seed: UInt64
  ) -> any FitLearner {
    DirectFit(recording: .trainInertia, restoring: KMeansModel.init(from:)) { iterated in
      try fit(training.x, seed: seed) { try iterated($0, $1()) }.model
    }
  }

  package func fitted(from checkpoint: Checkpoint, features: Int, outputs: Int) throws -> any FittedModel {
    try KMeansModel(from: checkpoint)
  }
}

extension KMeansModel: FittedModel {
  package var features: Int { centres.columns }
  package var outputColumns: [OutputColumn]? { [OutputColumn("cluster", isInteger: true), OutputColumn("distance")] }

  /// The cluster, and the distance to its centre.
  package func outputs(of rows: Features) -> Matrix<Float> {
    let x = rows.matrix
    let result = Matrix<Float>(rows: x.rows, columns: 2)
    for (row, cluster) in predict(x).enumerated() {
      var squares = 0.0
      for i in 0..<x.columns {
        let distance = Double(x[row, i] - centres[cluster, i])
        squares += distance * distance
      }
      result[row, 0] = Float(cluster)
      result[row, 1] = Float(squares.squareRoot())
    }
    return result
  }

  /// The sum and the mean of the squared distances to the centres.
  package func scores(_ rows: Features, _ outputs: Matrix<Float>) -> FitScores {
    let x = rows.matrix
    let inertia = (0..<x.rows).reduce(0.0) { $0 + Double(outputs[$1, 1]) * Double(outputs[$1, 1]) }
    return FitScores([
      FitScores.Score(name: "inertia", value: inertia),
      FitScores.Score(name: "mean_squared_distance", value: inertia / Double(x.rows)),
    ])
  }
}
