import Formats
import Settings
import Telemetry
import Tracker

extension Store {
  /// Starts a run of a program of one's own, which records what it likes: no agent of this project trains in it.
  ///
  ///     let store = try Store(path: "runs", create: true)
  ///     let run = try store.start(experiment: "mine", parameters: ["learning_rate": .number(0.01)], seed: 1)
  ///     run.record("train/loss", 0.3, step: 10)
  ///     try run.finish(status: .finished)
  ///
  /// Runs that share agent, environment and parameters count as one configuration with several seeds when they are
  /// compared. `agent` and `environment` are any words for what learns and on what. With `inParts` the run is open
  /// between writers that come one after the other, by `append(to:)`. Throws `StoreError`.
  public func start(
    experiment: String, name: String = "", agent: String = "program", environment: String = "",
    parameters: [String: HyperparameterValue] = [:], seed: UInt64 = 0, tags: [String: String] = [:],
    inParts: Bool = false
  ) throws(StoreError) -> RunWriter {
    let content = ProgramConfiguration(agent: agent, environment: environment, parameters: parameters)
    return try start(
      RunDescription(
        experiment: experiment, name: name, agent: agent, environment: environment, seed: seed, copies: 0, budget: 0,
        hyperparameters: parameters, protocolSettings: [:], configurationHash: content.hash, tags: tags,
        surroundings: .current(), start: unixMicroseconds(), inParts: inParts ? true : nil, kind: .program))
  }
}

/// What makes two runs of a program the same but for their seed.
private struct ProgramConfiguration: Encodable {
  var agent: String
  var environment: String
  var parameters: [String: HyperparameterValue]

  // Texts and numbers are always encodable so.
  var hash: String { String(SHA256.hexadecimal(Array(try! ExactJSON.encode(self))).prefix(16)) }
}
