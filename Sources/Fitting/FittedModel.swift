import BLASBridge
import Datasets
import Learning
import Settings
import Telemetry

/// A fitted model of any kind, on features.
enum FittedModel {
  case linear(LinearModel)
  case logistic(LogisticModel)
  case mlp(MLPModel)
  case kmeans(KMeansModel)
  case pca(PCAModel)

  /// Probabilities of classes, predicted numbers, or components `[n, outputs]`; of k-means the cluster and the distance
  /// to its centre.
  func predict(_ x: Matrix<Float>) -> Matrix<Float> {
    switch self {
    case .linear(let model): return model.predict(x)
    case .logistic(let model): return model.probabilities(x)
    case .mlp(let model): return model.predict(x)
    case .pca(let model): return model.transform(x)
    case .kmeans(let model):
      let result = Matrix<Float>(rows: x.rows, columns: 2)
      for (row, cluster) in model.predict(x).enumerated() {
        var squares = 0.0
        for i in 0..<x.columns {
          let distance = Double(x[row, i] - model.centres[cluster, i])
          squares += distance * distance
        }
        result[row, 0] = Float(cluster)
        result[row, 1] = Float(squares.squareRoot())
      }
      return result
    }
  }

  /// What clusters and components are judged by, of rows and what `predict` makes of them: the sum and the mean of the
  /// squared distances to the centres; the share of the rows' variance that the components explain.
  func scores(_ x: Matrix<Float>, _ outputs: Matrix<Float>) -> FitScores {
    switch self {
    case .kmeans:
      let inertia = (0..<x.rows).reduce(0.0) { $0 + Double(outputs[$1, 1]) * Double(outputs[$1, 1]) }
      return FitScores([
        FitScores.Score(name: "inertia", value: inertia),
        FitScores.Score(name: "mean_squared_distance", value: inertia / Double(x.rows)),
      ])
    case .pca(let model):
      let restored = model.inverseTransform(outputs)
      var (lost, whole) = (0.0, 0.0)
      for row in 0..<x.rows {
        for i in 0..<x.columns {
          let (error, distance) = (Double(x[row, i] - restored[row, i]), Double(x[row, i] - model.means[i]))
          lost += error * error
          whole += distance * distance
        }
      }
      return FitScores([FitScores.Score(name: "explained_variance_ratio", value: whole > 0 ? 1 - lost / whole : 1)])
    case .linear, .logistic, .mlp: return FitScores([])
    }
  }

  func save(into checkpoint: inout Checkpoint) {
    switch self {
    case .linear(let model): model.save(into: &checkpoint)
    case .logistic(let model): model.save(into: &checkpoint)
    case .mlp(let model): model.save(into: &checkpoint)
    case .kmeans(let model): model.save(into: &checkpoint)
    case .pca(let model): model.save(into: &checkpoint)
    }
  }

  /// Takes up what `save` wrote, of a model for these features. Throws `CheckpointError` where it does not fit.
  init(_ kind: SupervisedModelKind, from checkpoint: Checkpoint, for preprocessing: Preprocessing) throws {
    let features = preprocessing.featureNames.count
    let width: Int
    switch kind {
    case .linear, .ridge:
      let model = try LinearModel(from: checkpoint)
      (self, width) = (.linear(model), model.weights.rows)
    case .logistic:
      let model = try LogisticModel(from: checkpoint)
      (self, width) = (.logistic(model), model.weights.rows)
      guard model.classes == preprocessing.target?.classes?.count else {
        throw CheckpointError("the checkpoint's weights are of \(model.classes) classes, its target has others")
      }
    case .kmeans:
      let model = try KMeansModel(from: checkpoint)
      (self, width) = (.kmeans(model), model.centres.columns)
    case .pca:
      let model = try PCAModel(from: checkpoint)
      (self, width) = (.pca(model), model.components.columns)
    case .mlp:
      let values: [String: HyperparameterValue] = try checkpoint.decode("hyperparameters")
      let outputs = preprocessing.target?.classes?.count ?? 1
      (self, width) = (.mlp(try MLPModel(from: checkpoint, MLP(values), inputs: features, outputs: outputs)), features)
    }
    guard width == features else {
      throw CheckpointError("the checkpoint's weights are of \(width) features, its preprocessing makes \(features)")
    }
  }
}
