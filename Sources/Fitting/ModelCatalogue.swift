import Datasets
import Learning
import Models
import Settings
import Synchronization
import Trees

/// The models of this library, and those that a program registers. Use it to list models for a task, to make one by its name,
/// and to register your own.
///
/// ```swift
/// let names = ModelCatalogue.names(doing: .classification)
/// print(names)  // logistic, sgd, naive_bayes, knn, gbdt, … or mlp
/// let ridge = try ModelCatalogue.make(ModelCatalogue.named("ridge"), ["alpha": .number(0.5)])
/// ```
///
/// A new model of this library is its file in Models or Trees, and its line in `builtIn`.
public enum ModelCatalogue {
  public static let builtIn: [any FittableModel.Type] = [
    LinearRegression.self, RidgeRegression.self, ElasticNet.self, LogisticRegression.self, StochasticDescent.self,
    NaiveBayes.self, KNearestNeighbours.self, GBDT.self, RandomForest.self, ExtraTrees.self, SingleTree.self, MLP.self,
    QuantileRegression.self, KMeans.self, PCA.self, IsolationForest.self,
  ]
  private static let registered = Mutex<[any FittableModel.Type]>([])

  /// The models of this library and of this program.
  public static var all: [any FittableModel.Type] { builtIn + registered.withLock { $0 } }

  /// Makes a model of your own known by its name in this program: fits and predictions take it like any other from then on.
  /// Traps where its name is taken.
  public static func register(_ type: any FittableModel.Type) {
    registered.withLock { types in
      precondition(!(builtIn + types).contains { $0.name == type.name }, "there is a model '\(type.name)' already")
      types.append(type)
    }
  }

  /// Throws `HyperparameterError`, which names the nearest, where there is no model of that name.
  public static func named(_ name: String) throws(HyperparameterError) -> any FittableModel.Type {
    if let type = all.first(where: { $0.name == name }) { return type }
    throw HyperparameterError(unknownName: name, kind: "model", among: all.map { $0.name })
  }

  /// A model with these hyperparameters; the others have their defaults. Throws `HyperparameterError` for an unknown one or
  /// a value out of range.
  public static func make(
    _ type: any FittableModel.Type, _ values: [String: HyperparameterValue]
  ) throws(HyperparameterError) -> any FittableModel {
    func make<Model: FittableModel>(_ type: Model.Type) throws(HyperparameterError) -> any FittableModel {
      try Model(values)
    }
    return try make(type)
  }

  /// `linear, ridge or mlp`: those that do `task`.
  public static func names(doing task: PredictionTask) -> String {
    let names = all.filter { $0.tasks.contains(task) }.map { $0.name }
    return names.dropLast().joined(separator: ", ") + " or " + names.last!
  }
}
