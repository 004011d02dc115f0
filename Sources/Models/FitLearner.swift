import BLASBridge
import Learning
import Telemetry

/// A fit in progress: whoever calls records, saves and stops between its steps. Use one to fit a model by hand, without a run.
///
/// ```swift
/// import BLASBridge
/// import Telemetry
///
/// func fit(_ model: some FittableModel, to data: TrainingData, reporting sink: any MetricSink) throws -> any FittedModel {
///   let learner = try model.makeLearner(data, validation: nil, seed: 1)
///   while !learner.isFinished { _ = try learner.advance(reporting: sink) { _, _ in } }
///   return learner.fittedModel
/// }
/// ```
public protocol FitLearner: AnyObject {
  /// Epochs, or iterations, done.
  var step: Int { get }
  var isFinished: Bool { get }
  /// Whether it goes on epoch by epoch, and can be saved and resumed between two; if not, the first advance is the whole
  /// fit.
  var hasEpochs: Bool { get }
  /// The tensors that can be watched.
  var tensors: [String] { get }
  /// The model as it is now. Traps before the first step of a fit without epochs.
  var fittedModel: any FittedModel { get }

  /// Fits an epoch, or all; records what the fit itself sees. `iterated` gets every iteration of a fit without epochs,
  /// and ends the fit by throwing. Traps once finished.
  func advance(
    reporting sink: any MetricSink, iterated: (_ iteration: Int, _ loss: Double) throws -> Void
  ) throws -> FitLosses

  func save(into checkpoint: inout Checkpoint)
  /// Goes on as the one that wrote the checkpoint; one without epochs is finished then. Throws `CheckpointError` where it
  /// does not fit.
  func load(from checkpoint: Checkpoint) throws
  /// Every random generator goes on with its independent stream of this number.
  func moveGenerators(to stream: Int)
}

extension FitLearner {
  public func moveGenerators(to stream: Int) {}
  public var tensors: [String] { [] }
}

/// A learner that knows the outputs of its validation rows, which need not be computed anew after every step.
package protocol ValidatedLearner: FitLearner {
  /// `[n, outputs]` by the model as it is now; nil without validation rows.
  var validationOutputs: Matrix<Float>? { get }
}

/// A learner that shares its work among threads, and makes the same model with any number of them.
package protocol ThreadedLearner: FitLearner {
  /// Until it is called, one thread does all.
  func setThreads(_ threads: Int)
}

/// A learner that may keep the model of an earlier step than its last, the best for its validation rows.
package protocol EarlyStoppingLearner: FitLearner {
  /// The step whose model is kept; nil where no validation rows choose one.
  var chosenStep: Int? { get }
}

/// The mean losses of a step of a fit; nil where the learner does not compute them.
///
/// ```swift
/// let losses = FitLosses(training: 0.12)
/// print(losses.validation == nil)  // true
/// ```
public struct FitLosses: Sendable, Hashable {
  public var training: Double?
  public var validation: Double?

  public init(training: Double? = nil, validation: Double? = nil) {
    (self.training, self.validation) = (training, validation)
  }
}

/// A fit in one go: least squares, L-BFGS, clusters, components. Return one from `makeLearner` of a model that is not fitted
/// epoch by epoch.
///
/// ```swift
/// import BLASBridge
/// import Learning
///
/// func learner(for data: TrainingData, fitting fit: @escaping (TrainingData) -> any FittedModel) -> any FitLearner {
///   DirectFit(restoring: { _ in throw CheckpointError("this model is not saved") }) { _ in fit(data) }
/// }
/// ```
public final class DirectFit: FitLearner {
  public typealias Iterated = (_ iteration: Int, _ loss: Double) throws -> Void

  public private(set) var step = 0
  private var model: (any FittedModel)?
  private let metric: Metric?
  private let fit: (Iterated) throws -> any FittedModel
  private let restore: (Checkpoint) throws -> any FittedModel

  /// `fit` is handed whom to tell of iterations, whose loss is recorded as `metric`.
  public init(
    recording metric: Metric? = nil, restoring restore: @escaping (Checkpoint) throws -> any FittedModel,
    fit: @escaping (Iterated) throws -> any FittedModel
  ) {
    (self.metric, self.restore, self.fit) = (metric, restore, fit)
  }

  public var isFinished: Bool { model != nil }
  public var hasEpochs: Bool { false }

  public var fittedModel: any FittedModel {
    guard let model else { preconditionFailure("the model is not fitted yet") }
    return model
  }

  public func advance(reporting sink: any MetricSink, iterated: Iterated) throws -> FitLosses {
    precondition(!isFinished, "the fit is finished")
    step = 1
    model = try fit { iteration, loss in
      if let metric { sink.record(metric, loss, step: iteration) }
      step = iteration
      try iterated(iteration, loss)
    }
    return FitLosses()
  }

  public func save(into checkpoint: inout Checkpoint) { model?.save(into: &checkpoint) }

  public func load(from checkpoint: Checkpoint) throws {
    model = try restore(checkpoint)
    step = try checkpoint.decode("step")
  }
}
