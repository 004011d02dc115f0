import RLCore
import Runs
import Telemetry
import Tracker

extension TrainingRun {
  /// Trains as a run does and keeps nothing: no log, no checkpoints, no debugger. Returns how it ended, and the mean reward
  /// of the final evaluation, nil where it came to none.
  ///
  /// `sources` is the store of the run that `configuration.source` names.
  public static func trainUnlogged(
    _ configuration: TrainingConfiguration, seed: UInt64, threads: Int = 1, sourcesIn sources: Store? = nil,
    shouldStop: () -> Bool = { false }, onProgress: (RunProgress) -> Void = { _ in }
  ) throws -> (outcome: Trainer.Outcome, meanReward: Double?) {
    let trainer = try makeTrainer(configuration, seed: seed, threads: threads)
    if let source = configuration.source, let sources {
      try trainer.agent.loadPolicy(from: source.load(from: sources))
    }
    let sink = LastReward()
    let outcome = try trainer.train(
      into: sink, shouldStop: shouldStop, onProgress: { onProgress(RunProgress($0)) })
    return (outcome, sink.value)
  }
}

/// Keeps one number.
private final class LastReward: RunSink {
  var value: Double?

  func record(_ metric: Metric, _ value: Double, step: Int) {
    if metric == "final/mean_reward" { self.value = value }
  }
  func record(_ episode: Episode, step: Int) {}
  func flush() {}
  func saveCheckpoint(_ bytes: [UInt8], step: Int, best: Bool) {}
}
