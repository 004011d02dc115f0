import Models
import Runs
import Telemetry

/// A fit that writes a run, as an agent's training does: hyperparameters, metrics an epoch, checkpoints, findings. Use it to fit
/// a model so that it is kept, listed and compared.
///
/// ```swift
/// import Tracker
///
/// let store = try Store(path: "runs", create: true)
/// let configuration = try FitConfiguration(data: DataFile("iris.csv"), target: "species", model: "logistic")
/// let run = try FitRun.start(configuration, seed: 1, experiment: "flowers", in: store)
/// let outcome = try run.fit()
/// print(outcome.ending, outcome.validation?["accuracy"] != nil)  // finished true
/// ```
public typealias FitRun = LearnerRun<FitConfiguration>

/// How a fit ended, and how good the model is: what `FitRun.fit` returns.
///
/// ```swift
/// func overfits(_ outcome: FitOutcome) -> Bool {
///   guard let training = outcome.training?["accuracy"], let validation = outcome.validation?["accuracy"] else { return false }
///   return training - validation > 0.1
/// }
/// ```
public struct FitOutcome: Sendable {
  public var ending: RunOutcome
  /// On the rows the model was fitted to; nil if the fit was cut short.
  public var training: FitScores?
  /// nil without validation rows, too.
  public var validation: FitScores?
}

extension LearnerRun<FitConfiguration> {
  /// Fits to the end, or until `shouldStop` says so, and finishes the log accordingly.
  ///
  /// `shouldStop` is asked after every epoch or iteration; least squares and components are one step.
  @discardableResult
  public func fit(
    shouldStop: () -> Bool = { false }, onProgress: (RunProgress) -> Void = { _ in },
    onRemark: (Remark) -> Void = { _ in }
  ) throws -> FitOutcome {
    let ending = try complete(shouldStop: shouldStop, onProgress: onProgress, onRemark: onRemark)
    return FitOutcome(ending: ending, training: learner.trainingScores, validation: learner.validationScores)
  }
}
