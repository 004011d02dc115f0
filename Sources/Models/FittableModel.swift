import BLASBridge
import Datasets
import Learning
import Settings
import Telemetry

/// A model that can be fitted to rows: its name, tasks and hyperparameters, and how it is fitted. Conform to it and register it
/// with `ModelCatalogue` of Fitting; fits, predictions and comparisons then take it like any other.
///
/// ```swift
/// import BLASBridge
/// import Datasets
/// import Fitting
/// import Learning
/// import Settings
///
/// struct Mean: FittableModel {
///   static let name = "mean"
///   static let summary = "the mean of the training rows, whatever the features"
///   static let tasks: [PredictionTask] = [.regression]
///   static let hyperparameters: [Hyperparameter<Mean>] = []
///
///   func memory(rows: Int, features: Int, outputs: Int) -> MemoryEstimate { MemoryEstimate() }
///   func makeLearner(_ training: TrainingData, validation: TrainingData?, seed: UInt64) -> any FitLearner {
///     DirectFit(restoring: { try Fitted(from: $0) }) { _ in
///       let numbers = training.numbers.elements
///       return Fitted(value: numbers.reduce(0, +) / Float(numbers.count), features: training.features.count)
///     }
///   }
///   func fitted(from checkpoint: Checkpoint, features: Int, outputs: Int) throws -> any FittedModel {
///     try Fitted(from: checkpoint)
///   }
///
///   struct Fitted: FittedModel {
///     var value: Float
///     var features: Int
///     init(value: Float, features: Int) { (self.value, self.features) = (value, features) }
///     init(from checkpoint: Checkpoint) throws {
///       let numbers = try checkpoint.floats("mean", count: 2)
///       self.init(value: numbers[0], features: Int(numbers[1]))
///     }
///     func outputs(of rows: Features) -> Matrix<Float> {
///       Matrix(rows: rows.rows, columns: 1, Array(repeating: value, count: rows.rows))
///     }
///     func save(into checkpoint: inout Checkpoint) { checkpoint.set("mean", [value, Float(features)]) }
///   }
/// }
/// ModelCatalogue.register(Mean.self)
/// ```
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
