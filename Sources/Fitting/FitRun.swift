import Models
import Runs
import Telemetry

/// A fit that writes a run, as an agent's training does: hyperparameters, metrics an epoch, checkpoints, findings.
///
///     let store = try Store(path: "runs", create: true)
///     let data = try DataFile("iris.csv")
///     let configuration = try FitConfiguration(data: data, target: "species", model: "logistic")
///     let run = try FitRun.start(configuration, seed: 1, experiment: "flowers", in: store)
///     try run.fit()
public typealias FitRun = LearnerRun<FitConfiguration>

/// How a fit ended, and how good the model is.
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
