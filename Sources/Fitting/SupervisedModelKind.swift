import Datasets
import Learning
import Runs
import Settings
import Telemetry

/// The kinds of models that can be fitted to a table.
public enum SupervisedModelKind: String, Sendable, CaseIterable, Codable {
  case linear, ridge, logistic, mlp, kmeans, pca

  /// One line: what it is.
  public var summary: String {
    switch self {
    case .linear: "linear regression by least squares"
    case .ridge: "linear regression with an L2 penalty"
    case .logistic: "logistic and softmax regression by L-BFGS: classification"
    case .mlp: "multilayer perceptron by minibatches: classification and regression"
    case .kmeans: "k-means clusters from k-means++ centres: no target"
    case .pca: "principal components: no target"
    }
  }

  /// Whether it predicts a target column; the others look at the features alone.
  public var hasTarget: Bool { !tasks.isEmpty }

  /// The tasks it can do.
  public var tasks: [Task] {
    switch self {
    case .linear, .ridge: [.regression]
    case .logistic: [.classification]
    case .mlp: [.regression, .classification]
    case .kmeans, .pca: []
    }
  }

  /// `linear, ridge or mlp`.
  static func doing(_ task: Task) -> String {
    let names = allCases.filter { $0.tasks.contains(task) }.map(\.rawValue)
    return names.dropLast().joined(separator: ", ") + " or " + names.last!
  }

  /// Every hyperparameter with its default.
  public var documentation: [HyperparameterDocumentation] { configurable.documentation }

  private var configurable: any SupervisedModel.Type {
    switch self {
    case .linear: LinearRegression.self
    case .ridge: RidgeRegression.self
    case .logistic: LogisticRegression.self
    case .mlp: MLP.self
    case .kmeans: KMeans.self
    case .pca: PCA.self
    }
  }

  /// All hyperparameters: the given values and the defaults of the others.
  /// Throws `HyperparameterError` for an unknown name or a value out of range.
  func resolve(
    _ values: [String: HyperparameterValue]
  ) throws(HyperparameterError) -> [String: HyperparameterValue] {
    func resolve<C: Configurable>(_ type: C.Type) throws(HyperparameterError) -> [String: HyperparameterValue] {
      try C(values).values
    }
    return try resolve(configurable)
  }

  /// The memory that a fit takes beside its rows. Throws as `resolve` does.
  func memory(
    rows: Int, features: Int, outputs: Int, hyperparameters: [String: HyperparameterValue]
  ) throws(HyperparameterError) -> MemoryEstimate {
    func estimate<M: SupervisedModel>(_ type: M.Type) throws(HyperparameterError) -> MemoryEstimate {
      try M(hyperparameters).memory(rows: rows, features: features, outputs: outputs)
    }
    return try estimate(configurable)
  }

  /// How many epochs, or iterations that are recorded, there are at most.
  func budget(_ hyperparameters: [String: HyperparameterValue]) -> Int {
    func value(_ name: String) -> Int { if case .integer(let value)? = hyperparameters[name] { value } else { 1 } }
    return switch self {
    case .mlp: value("epochs")
    case .logistic: max(1, value("max_iter"))
    case .kmeans: value("max_iter") * value("n_init")
    case .linear, .ridge, .pca: 1
    }
  }

  /// Throws `ConfigurationError` where there are too few rows or features for these hyperparameters.
  func require(
    rows: Int, features: Int, hyperparameters: [String: HyperparameterValue]
  ) throws(ConfigurationError) {
    if self == .kmeans, case .integer(let clusters)? = hyperparameters["n_clusters"], clusters > rows {
      throw ConfigurationError("\(clusters) clusters need as many training rows, and there are \(rows): set n_clusters")
    }
    guard self == .pca, case .integer(let components)? = hyperparameters["n_components"] else { return }
    if rows < 2 { throw ConfigurationError("components need two training rows or more, not \(rows)") }
    if components > min(rows, features) {
      throw ConfigurationError(
        "there are no \(components) components of \(rows) training rows and \(features) features: set n_components")
    }
  }
}
