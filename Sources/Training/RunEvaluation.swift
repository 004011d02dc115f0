import BLASBridge
import Environments
import Learning
import RLCore
import Runs
import Telemetry
import Tracker

/// Evaluates the policy of a recorded run; writes nothing into the run.
///
/// ```swift
/// import Runs
/// import Tracker
///
/// func bestPolicyReward(of run: String, in store: Store) throws -> Double {
///   try RunEvaluation.evaluate(
///     CheckpointReference(run: run, choice: .best), episodes: 100, deterministic: true, seed: nil, in: store
///   ).meanReward
/// }
/// ```
public enum RunEvaluation {
  /// Plays `episodes` with the policy of a checkpoint, in an environment reset with `seed`.
  ///
  /// With `seed` nil the seed is the one the training's evaluations used, S + 1,000,000, so that the result for the
  /// last checkpoint of a finished run is the run's own final evaluation.
  public static func evaluate(
    _ reference: CheckpointReference, episodes: Int, deterministic: Bool, seed: UInt64?, in store: Store,
    shouldStop: () -> Bool = { false }
  ) throws -> EvaluationResult {
    let record = try store.load(reference.run)
    try record.requirePolicy()
    BLAS.threads = Surroundings.currentBLASThreads
    let trained = try TrainedPolicy(of: reference, in: store)
    let environment = try trained.makeEnvironments(count: Evaluator.environmentCount)
    let seed = seed ?? record.description.seed &+ Trainer.evaluationSeedOffset
    return try Evaluator(in: environment, seed: seed).evaluate(
      trained.policy, episodes: episodes, phase: .evaluation, deterministic: deterministic, shouldStop: shouldStop)
  }
}
