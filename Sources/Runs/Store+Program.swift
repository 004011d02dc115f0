import Files
import Settings
import Telemetry
import Tracker

extension Store {
  /// Starts a run of your own program, which records what it likes: no agent of this project trains in it.
  ///
  /// ```swift
  /// import Telemetry
  /// import Tracker
  ///
  /// let store = try Store(path: "runs", create: true)
  /// let run = try store.start(experiment: "mine", parameters: ["learning_rate": .number(0.01)], seed: 1)
  /// run.record("train/loss", 0.3, step: 10)
  /// try run.finish(status: .finished)
  /// ```
  ///
  /// Runs that share agent, environment and parameters count as one configuration with several seeds when they are
  /// compared. `agent` and `environment` are any words for what learns and on what. With `inParts` the run is open
  /// between writers that come one after the other, by `append(to:)`. `parent` is the id of the run
  /// that this one is a part of. Throws `StoreError`.
  public func start(
    experiment: String, name: String = "", agent: String = "program", environment: String = "",
    parameters: [String: HyperparameterValue] = [:], seed: UInt64 = 0, tags: [String: String] = [:],
    inParts: Bool = false, parent: String? = nil
  ) throws(StoreError) -> RunWriter {
    try start(
      RunDescription(
        kind: .program, experiment: experiment, name: name, subject: agent, target: environment, seed: seed,
        hyperparameters: parameters, tags: tags, surroundings: .current(), start: WallClock.now,
        inParts: inParts ? true : nil,
        formerHash: FormerHash.ofProgram(agent: agent, environment: environment, parameters: parameters), parent: parent
      ))
  }
}
