import BLASBridge
import Datasets
import Learning
import Settings

extension KMeans: FittableModel {
  public static let name = "kmeans"
  public static let summary = "k-means clusters from k-means++ centres: no target"
  public static let tasks: [PredictionTask] = []
  public var budget: Int { maximumIterations * starts }

  public func check(rows: Int, features: Int) throws(HyperparameterError) {
    guard clusters > rows else { return }
    throw HyperparameterError("\(clusters) clusters need as many training rows, and there are \(rows): set n_clusters")
  }

  public func makeLearner(
    _ training: TrainingData, validation: TrainingData?, seed: UInt64
  ) -> any FitLearner {
    DirectFit(recording: .trainInertia, restoring: KMeansModel.init(from:)) { iterated in
      try fit(training.x, seed: seed) { try iterated($0, $1()) }.model
    }
  }

  public func fitted(from checkpoint: Checkpoint, features: Int, outputs: Int) throws -> any FittedModel {
    try KMeansModel(from: checkpoint)
  }
}

extension KMeansModel: FittedModel {
  public var features: Int { centres.columns }
  public var outputColumns: [OutputColumn]? { [OutputColumn("cluster", isInteger: true), OutputColumn("distance")] }

  /// The cluster, and the distance to its centre.
  public func outputs(of x: Matrix<Float>) -> Matrix<Float> {
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
  public func scores(_ x: Matrix<Float>, _ outputs: Matrix<Float>) -> FitScores {
    let inertia = (0..<x.rows).reduce(0.0) { $0 + Double(outputs[$1, 1]) * Double(outputs[$1, 1]) }
    return FitScores([
      FitScores.Score(name: "inertia", value: inertia),
      FitScores.Score(name: "mean_squared_distance", value: inertia / Double(x.rows)),
    ])
  }
}
