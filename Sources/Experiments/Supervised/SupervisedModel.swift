import BLASBridge
import Datasets
import Learning
import RLCore
import Telemetry
import Tracker

/// The kinds of models that can be fitted to a table.
public enum SupervisedModelKind: String, Sendable, CaseIterable, Codable {
  case linear, ridge, logistic, mlp, kmeans, pca

  /// Whether it predicts a target column; the others look at the features alone.
  public var hasTarget: Bool { self != .kmeans && self != .pca }

  /// The tasks it can do.
  var tasks: [Task] {
    switch self {
    case .linear, .ridge: [.regression]
    case .logistic: [.classification]
    case .mlp: [.regression, .classification]
    case .kmeans, .pca: []
    }
  }

  /// Every hyperparameter with its default.
  public var documentation: [HyperparameterDocumentation] {
    switch self {
    case .linear: LinearRegression.documentation
    case .ridge: RidgeRegression.documentation
    case .logistic: LogisticRegression.documentation
    case .mlp: MLP.documentation
    case .kmeans: KMeans.documentation
    case .pca: PCA.documentation
    }
  }

  /// All hyperparameters: the given values and the defaults of the others.
  /// Throws `HyperparameterError` for an unknown name or a value out of range.
  func resolve(
    _ values: [String: HyperparameterValue]
  ) throws(HyperparameterError) -> [String: HyperparameterValue] {
    switch self {
    case .linear: try LinearRegression(values).values
    case .ridge: try RidgeRegression(values).values
    case .logistic: try LogisticRegression(values).values
    case .mlp: try MLP(values).values
    case .kmeans: try KMeans(values).values
    case .pca: try PCA(values).values
    }
  }
}

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
      let clusters = model.predict(x)
      let result = Matrix<Float>(rows: x.rows, columns: 2)
      for (row, cluster) in clusters.enumerated() {
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

  func save(into checkpoint: inout Checkpoint) {
    switch self {
    case .linear(let model): model.save(into: &checkpoint)
    case .logistic(let model): model.save(into: &checkpoint)
    case .mlp(let model): model.save(into: &checkpoint)
    case .kmeans(let model): model.save(into: &checkpoint)
    case .pca(let model): model.save(into: &checkpoint)
    }
  }
}

/// A fitted model with its preprocessing, ready to predict rows of tables it has not seen.
///
///     let model = try Predictor(of: "latest", in: store)
///     let table = try Table(csv: "new.csv", kinds: model.preprocessing.kinds)
///     let rows = try model.predict(table)
public struct Predictor {
  public let kind: SupervisedModelKind
  public let preprocessing: Preprocessing
  private let model: FittedModel

  /// The model of a run's last checkpoint. Throws where there is no such run, or it is not a fit.
  public init(of run: String, _ choice: CheckpointChoice = .last, in store: Store) throws {
    let reference = CheckpointReference(run: try store.find(run), choice: choice)
    let checkpoint = try reference.load(from: store)
    guard checkpoint.texts["model"] != nil else {
      throw ConfigurationError("run \(reference.run) trained an agent, not a model that predicts: take rlrun evaluate")
    }
    try self.init(checkpoint)
  }

  init(_ checkpoint: Checkpoint) throws {
    guard let kind = SupervisedModelKind(rawValue: try checkpoint.text("model")) else {
      throw CheckpointError("the checkpoint is of a model '\(try checkpoint.text("model"))', which is not known here")
    }
    self.kind = kind
    preprocessing = try checkpoint.decode("preprocessing")
    switch kind {
    case .linear, .ridge: model = .linear(try LinearModel(from: checkpoint))
    case .logistic: model = .logistic(try LogisticModel(from: checkpoint))
    case .kmeans: model = .kmeans(try KMeansModel(from: checkpoint))
    case .pca: model = .pca(try PCAModel(from: checkpoint))
    case .mlp:
      let values: [String: HyperparameterValue] = try checkpoint.decode("hyperparameters")
      model = .mlp(
        try MLPModel(
          from: checkpoint, MLP(values), inputs: preprocessing.featureNames.count,
          outputs: preprocessing.target?.classes?.count ?? 1))
    }
  }

  /// The names of the predicted columns: the target's with a prefix, classes' probabilities, clusters, components.
  public var columns: [String] {
    switch kind {
    case .kmeans: return ["cluster", "distance"]
    case .pca: return (1...outputs).map { "component_\($0)" }
    default:
      guard let target = preprocessing.target else { return [] }
      guard let classes = target.classes else { return ["predicted_\(target.column)"] }
      return ["predicted_\(target.column)"] + classes.map { "probability_\($0)" }
    }
  }

  private var outputs: Int {
    if case .pca(let model) = model { return model.components.rows }
    return columns.count
  }

  /// A predicted value: a class, a cluster or a number.
  public enum Value: Hashable, Sendable {
    case label(String)
    case integer(Int)
    case number(Double)
  }

  /// The predicted columns of every row of a table, in order.
  ///
  /// Missing numbers become the training rows' mean, missing and unseen categories zeros. Throws `DatasetError` for a
  /// column that is not there or holds something else.
  public func predict(_ table: Table) throws(DatasetError) -> [[Value]] {
    let output = try outputs(of: table)
    return (0..<output.rows).map { row in
      let numbers = (0..<output.columns).map { Double(output[row, $0]) }
      switch kind {
      case .kmeans: return [.integer(Int(numbers[0])), .number(numbers[1])]
      case .pca, .linear, .ridge: return numbers.map { .number($0) }
      case .logistic, .mlp:
        guard let classes = preprocessing.target?.classes else { return numbers.map { .number($0) } }
        let best = numbers.indices.reduce(0) { numbers[$1] > numbers[$0] ? $1 : $0 }
        return [.label(classes[best])] + numbers.map { .number($0) }
      }
    }
  }

  /// The model's outputs `[rows, outputs]`.
  func outputs(of table: Table) throws(DatasetError) -> Matrix<Float> {
    let features = try preprocessing.features(of: table)
    return model.predict(Matrix(rows: features.rows, columns: features.columns, features.values))
  }
}
