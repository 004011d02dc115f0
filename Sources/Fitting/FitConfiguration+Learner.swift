import Datasets
import Learning
import Models
import Runs
import Settings
import Telemetry

extension FitConfiguration: LearnerConfiguration {
  public static let learns = "model"

  public var signals: SignalPlan {
    SignalPlan(interval: watchInterval ?? max(1, estimator.budget / 200), watched: watched)
  }

  public func changing(_ hyperparameters: [String: HyperparameterValue]) throws -> Self {
    var changed = self
    changed.estimator = try ModelCatalogue.make(ModelCatalogue.named(model), hyperparameters)
    changed.hyperparameters = changed.estimator.values
    changed.plan.budget = changed.wholeBudget
    return changed
  }

  public func makeLearner(seed: UInt64, in context: RunContext) throws -> ModelFit {
    let file = try data.read()
    let data = try FitData(self, file, seed: seed)
    let folded = try FoldedFit(
      self, file, data.preprocessing.target, seed: seed, learnerSeed: context.learnerSeed(seed),
      threads: context.threads)
    return try makeFit(data, folded, seed: context.learnerSeed(seed), threads: context.threads)
  }

  /// The estimator's own learner, which begins anew or goes on from an earlier model, with that many threads where it knows how
  /// to share its work.
  func makeLearner(_ data: FitData, seed: UInt64, threads: Int) throws -> any FitLearner {
    let (training, validation) = (data.training.data, data.validation?.data)
    let learner: any FitLearner
    if let earlier = data.earlier, let estimator = estimator as? any ContinuableModel {
      learner = try estimator.makeLearner(training, validation: validation, from: earlier.model, seed: seed)
    } else {
      learner = try estimator.makeLearner(training, validation: validation, seed: seed)
    }
    if threads > 1 { (learner as? any ThreadedLearner)?.setThreads(threads) }
    return learner
  }

  private func makeFit(
    _ data: FitData, _ folded: FoldedFit? = nil, seed: UInt64, threads: Int = 1
  ) throws -> ModelFit {
    try requireHeldOut(in: data)
    let fit = try ModelFit(self, data, folded, seed: seed, threads: threads)
    if !watched.isEmpty { try signals.check(fit.tensors, of: model) }
    if !fit.isStepwise || folds != nil { try requireNothingOnTheWay() }
    if plan.stopScore != nil, fit.data.validation == nil {
      throw ConfigurationError("a loss to stop at is of validation rows, and the fit has none")
    }
    return fit
  }

  /// Throws if something is asked for that only a fit epoch by epoch can do.
  private func requireNothingOnTheWay() throws(ConfigurationError) {
    let asked: [(Bool, String)] = [
      (actions.canRewind, "be rewound"), (plan.maximumSeconds != nil, "be stopped by a time limit"),
      (plan.stopScore != nil, "be stopped at a loss"),
      (plan.saveFrequency != nil && folds == nil, "be saved on the way"),
    ]
    guard let first = asked.first(where: \.0) else { return }
    throw ConfigurationError(
      folds == nil
        ? "\(model) is fitted in one go and cannot \(first.1)"
        : "a fit with folds has a model at its end only and cannot \(first.1)")
  }

  public func requireCheckpoints(loadableBy changed: Self, seed: UInt64) throws {
    let data = try FitData(self, seed: seed)
    try data.check(changed)
    var checkpoint = Checkpoint()
    try makeFit(data, seed: seed).save(into: &checkpoint)
    try changed.makeFit(data, seed: seed).load(from: checkpoint, as: .resume)
  }
}
