import BLASBridge
import RLCore
import Runs
import Telemetry
import Tracker

/// A training that writes a run: an agent and its environments on one side, a log on the other. Use it to train an agent so that
/// the run is kept, listed, compared and resumed.
///
/// ```swift
/// import Telemetry
/// import Tracker
///
/// let store = try Store(path: "runs", create: true)
/// let configuration = try TrainingConfiguration(
///   environment: "CartPole-v1", values: ["n_timesteps": .integer(4_096), "n_envs": .integer(2)])
/// let run = try TrainingRun.start(configuration, seed: 1, experiment: "demo", in: store)
/// print(try run.train(), try store.load(run.id).lastStep)  // finished 4096
/// ```
public typealias TrainingRun = LearnerRun<TrainingConfiguration>

extension LearnerRun<TrainingConfiguration> {
  /// Trains to the end of the budget, or until `shouldStop` says so, and finishes the log accordingly.
  ///
  /// `onRemark` gets a sentence for everything done about findings, and for every command that failed.
  @discardableResult
  public func train(
    shouldStop: () -> Bool = { false }, onProgress: (RunProgress) -> Void = { _ in },
    onRemark: (Remark) -> Void = { _ in }
  ) throws -> RunOutcome {
    try complete(shouldStop: shouldStop, onProgress: onProgress, onRemark: onRemark)
  }

  /// Trains as a run does and keeps nothing: no log, no checkpoints, no debugger. Returns how it ended, and the mean reward
  /// of the final evaluation, nil if it came to none.
  ///
  /// `sources` is the store of the run that `configuration.source` names.
  public static func trainUnlogged(
    _ configuration: TrainingConfiguration, seed: UInt64, threads: Int = 1, sourcesIn sources: Store? = nil,
    shouldStop: () -> Bool = { false }, onProgress: (RunProgress) -> Void = { _ in }
  ) throws -> (outcome: RunOutcome, meanReward: Double?) {
    BLAS.threads = Surroundings.currentBLASThreads
    let learner = try configuration.makeLearner(seed: seed, in: RunContext(sources: sources, threads: threads))
    let sink = LastReward()
    let outcome = try RunLoop(learner, configuration.plan)
      .run(into: sink, signals: configuration.signals, shouldStop: shouldStop, onProgress: onProgress)
    return (outcome, sink.value)
  }
}

/// Keeps one number.
private final class LastReward: RunSink {
  var value: Double?

  func record(_ metric: Metric, _ value: Double, step: Int) {
    if metric == .finalMeanReward { self.value = value }
  }
  func record(_ episode: Episode, step: Int) {}
  func flush() {}
  func saveCheckpoint(_ bytes: [UInt8], step: Int, best: Bool) {}
}
