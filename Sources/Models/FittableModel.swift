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
  /// The form in which it takes the columns of a table; scaled rows by default.
  static var form: FeatureForm { get }
  /// Whether rows can count more or less than others; not by default.
  static var takesWeights: Bool { get }
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
  public static var form: FeatureForm { .scaled }
  public static var takesWeights: Bool { false }
  public var budget: Int { 1 }
  public func check(rows: Int, features: Int) throws(HyperparameterError) {}
  /// Whether it predicts a target column.
  public static var hasTarget: Bool { !tasks.isEmpty }
}
