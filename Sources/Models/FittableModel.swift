import BLASBridge
import Datasets
import Learning
import Settings
import Telemetry

/// A kind of model that is fitted to the rows of a table: its hyperparameters, and how they become a fit.
///
/// What a model is, is said here and nowhere else; `ModelCatalogue.all` lists those there are, and a program registers its
/// own:
///
///     struct Mean: FittableModel {
///       static let name = "mean"
///       static let summary = "the mean of the training rows, whatever the features"
///       static let tasks: [PredictionTask] = [.regression]
///       …
///     }
///     ModelCatalogue.register(Mean.self)
public protocol FittableModel: SupervisedModel {
  /// What a command line and a log call it.
  static var name: String { get }
  /// One line.
  static var summary: String { get }
  /// What it can predict; empty for a model that looks at the features alone.
  static var tasks: [PredictionTask] { get }
  /// Epochs, or iterations that are recorded, at most.
  var budget: Int { get }

  /// Throws `HyperparameterError` where so many training rows and features are too few for it.
  func check(rows: Int, features: Int) throws(HyperparameterError)

  /// A fit that has not begun. All that is random in it comes from `seed`.
  func makeLearner(_ training: TrainingData, validation: TrainingData?, seed: UInt64) throws -> any FitLearner

  /// The model that a fit saved. Throws `CheckpointError` where it is of other outputs (classes, or numbers to predict).
  func fitted(from checkpoint: Checkpoint, features: Int, outputs: Int) throws -> any FittedModel
}

extension FittableModel {
  public var budget: Int { 1 }
  public func check(rows: Int, features: Int) throws(HyperparameterError) {}
  /// Whether it predicts a target column.
  public static var hasTarget: Bool { !tasks.isEmpty }
}

/// Rows to fit a model to.
public struct TrainingData {
  /// Features `[n, d]`.
  public let x: Matrix<Float>
  /// Class indices, or numbers `[n, t]`; `[n, 0]` where there is nothing to predict.
  public let target: SupervisedTarget

  /// Traps where the numbers of rows differ.
  public init(_ x: Matrix<Float>, _ target: SupervisedTarget) {
    precondition(x.rows == target.count, "\(target.count) targets for \(x.rows) rows")
    (self.x, self.target) = (x, target)
  }

  /// Class indices; empty where there are no classes.
  public var labels: [Int] { if case .classes(let labels, _) = target { labels } else { [] } }
  /// `[n, t]`; no rows where there are classes.
  public var numbers: Matrix<Float> {
    if case .numbers(let values) = target { values } else { Matrix(rows: 0, columns: 1) }
  }
}
