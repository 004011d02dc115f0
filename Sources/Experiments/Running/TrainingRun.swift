import BLASBridge
import Environments
import Foundation
import Learning
import RLCore
import Telemetry
import Tracker

/// A training that writes a run: an agent and its worlds on one side, a log on the other.
///
///     let store = try Store(path: "runs", create: true)
///     let configuration = try TrainingConfiguration(environment: "CartPole-v1", preset: .zoo)
///     let run = try TrainingRun.start(configuration, seed: 1, experiment: "demo", in: store)
///     try run.train()
public final class TrainingRun {
  public let id: String
  public let configuration: TrainingConfiguration
  public let seed: UInt64
  private let trainer: Trainer
  private let writer: RunWriter

  private init(_ configuration: TrainingConfiguration, seed: UInt64, trainer: Trainer, writer: RunWriter) {
    self.configuration = configuration
    self.seed = seed
    self.trainer = trainer
    self.writer = writer
    id = writer.id
  }

  /// Starts a run: it is listed in the store before its first environment step.
  ///
  /// `sources` is the store of the run that `configuration.source` names, if that is another one. `threads` step the copies
  /// of the world together; the run does not depend on how many. Throws what is wrong
  /// with the configuration or the store; then there is no run.
  public static func start(
    _ configuration: TrainingConfiguration, seed: UInt64, experiment: String, name: String = "",
    tags: [String: String] = [:], surroundings: Surroundings = .current(), threads: Int = 1, in store: Store,
    sourcesIn sources: Store? = nil
  ) throws -> TrainingRun {
    let trainer = try makeTrainer(configuration, seed: seed, threads: threads)
    if let source = configuration.source { try trainer.agent.loadPolicy(from: source.load(from: sources ?? store)) }
    let description = RunDescription(
      experiment: experiment, name: name, agent: configuration.agent, environment: configuration.environment,
      seed: seed, copies: configuration.copies, budget: configuration.plan.budget,
      hyperparameters: configuration.hyperparameters, protocolSettings: configuration.protocolSettings,
      configurationHash: configuration.hash, tags: tags, surroundings: surroundings, start: unixMicroseconds())
    let debugger = try Debugger(configuration.debugger)
    let writer = try store.start(description)
    writer.watch = debugger
    return TrainingRun(configuration, seed: seed, trainer: trainer, writer: writer)
  }

  /// Goes on with a run from its last checkpoint, or from step 0 where it has none.
  ///
  /// `steps` is the new budget; without it the old one holds. Throws `StoreError` where the run is being written by
  /// somebody; returns nil where it is finished and asks for nothing more.
  public static func resume(
    _ id: String, steps: Int? = nil, threads: Int = 1, in store: Store
  ) throws -> TrainingRun? {
    try resume(id, steps: steps, threads: threads, in: store) { _ in }
  }

  /// As above, with a change to the plan that the log does not hear of.
  static func resume(
    _ id: String, steps: Int?, threads: Int = 1, in store: Store, adjusting adjust: (inout TrainingPlan) -> Void
  ) throws -> TrainingRun? {
    let record = try store.load(id)
    var configuration = try TrainingConfiguration(of: record.description)
    let budget = steps ?? record.budget
    configuration.plan.budget = budget
    adjust(&configuration.plan)
    if record.status == .finished, budget <= record.lastStep { return nil }
    let trainer = try makeTrainer(configuration, seed: record.description.seed, threads: threads)
    let last = record.lastCheckpoint
    if let last {
      try trainer.restore(Checkpoint(safetensors: store.checkpointBytes(id, last)))
    } else if let source = configuration.source {
      try trainer.agent.loadPolicy(from: source.load(from: store))
    }
    let writer = try store.resume(id, from: last, steps: budget)
    // The rules go on from where they were at the checkpoint, which is what the log now shows.
    var debugger = try Debugger(configuration.debugger)
    _ = debugger.replay(try store.load(id))
    writer.watch = debugger
    return TrainingRun(configuration, seed: record.description.seed, trainer: trainer, writer: writer)
  }

  /// Trains to the end of the budget, or until `shouldStop` says so, and finishes the log accordingly.
  @discardableResult
  public func train(
    shouldStop: () -> Bool = { false }, onProgress: (Trainer.Status) -> Void = { _ in }
  ) throws -> Trainer.Outcome {
    do {
      let outcome = try trainer.train(into: writer, shouldStop: shouldStop, onProgress: onProgress)
      switch outcome {
      case .finished: try writer.finish(status: .finished, message: nil)
      case .outOfTime: try writer.finish(status: .finished, message: "stopped by its time limit")
      case .reachedReward: try writer.finish(status: .finished, message: "an evaluation reached the reward to stop at")
      case .stoppedImproving:
        try writer.finish(status: .finished, message: "the evaluations did not improve any more")
      case .interrupted: try writer.finish(status: .interrupted, message: nil)
      }
      return outcome
    } catch {
      // The first error is the one to tell; a log that cannot be finished stays readable up to its last frame.
      try? writer.finish(status: .failed, message: "\(error)")
      throw error
    }
  }

  /// One thread a product: parallelism comes from seeds, and results do not depend on how many run.
  static let blasThreads = 1

  static func makeTrainer(
    _ configuration: TrainingConfiguration, seed: UInt64, threads: Int = 1
  ) throws -> Trainer {
    BLAS.threads = blasThreads
    guard let type = Agents.named(configuration.agent) else {
      throw ConfigurationError("there is no agent '\(configuration.agent)'")
    }
    let world = try Worlds.make(configuration.environment, count: configuration.copies, threads: threads)
    let agent = try Agents.make(
      type, hyperparameters: configuration.hyperparameters, for: world.specification, copies: configuration.copies,
      seed: seed)
    try agent.check(world)
    let trainer = Trainer(
      agent, in: world,
      evaluatingIn: try Worlds.make(
        configuration.environment, count: Evaluator.copies, threads: threads), seed: seed,
      plan: configuration.plan)
    try configuration.plan.signals.check(trainer.tensors, of: configuration.agent)
    return trainer
  }
}

/// Unix time in microseconds.
func unixMicroseconds() -> Int64 { Int64(Date().timeIntervalSince1970 * 1e6) }
