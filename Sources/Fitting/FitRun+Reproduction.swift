import Runs
import Settings
import Tracker

extension FitRun {
  /// Fits `id` again in a temporary store, with some hyperparameters changed where `changes` has any, and compares; a fit
  /// that did not finish, up to its last recorded epoch. Returns nil where `shouldStop` cut it short.
  public static func reproduce(
    _ id: String, changes: [String: HyperparameterValue] = [:], in store: Store,
    shouldStop: () -> Bool = { false }, onProgress: (_ epoch: Int, _ epochs: Int) -> Void = { _, _ in }
  ) throws -> RunDifference? {
    try Reproduction.run(id, in: store) { record, copy in
      try record.requireModel()
      return try refit(record, changes, in: copy, shouldStop: shouldStop, onProgress: onProgress)
    }
  }

  private static func refit(
    _ record: RunRecord, _ changes: [String: HyperparameterValue], in store: Store, shouldStop: () -> Bool,
    onProgress: (_ step: Int, _ budget: Int) -> Void
  ) throws -> String? {
    var configuration = try FitConfiguration(of: record.description, changes: changes)
    configuration.actions.removeCommands()
    let run = try FitRun.start(
      configuration, seed: record.description.seed, experiment: "reproduction", in: store)
    let last = record.status == .finished ? Int.max : record.lastStep
    var epoch = 0
    let outcome = try run.fit(shouldStop: { shouldStop() || epoch >= last }) { status in
      epoch = status.epoch
      onProgress(status.epoch, status.epochs)
    }
    return outcome.wasInterrupted && epoch < last ? nil : run.id
  }
}
