import BLASBridge
import Environments
import Foundation
import Learning
import RLCore
import Runs
import Telemetry
import Tracker

/// A training that writes a run: an agent and its worlds on one side, a log on the other.
///
///     let store = try Store(path: "runs", create: true)
///     let configuration = try TrainingConfiguration(environment: "CartPole-v1", preset: .zoo)
///     let run = try TrainingRun.start(configuration, seed: 1, experiment: "demo", in: store)
///     try run.train()
public final class TrainingRun: ActiveRun {
  public let id: String
  public let configuration: TrainingConfiguration
  public let seed: UInt64
  var trainer: Trainer
  let writer: RunWriter
  let threads: Int
  let stores: Stores
  let watch: FindingWatch
  /// Where it went back because of a finding, in order.
  var rewinds: [ResumeRecord]
  /// `TrainingPlan.stopStep` counts after so many rewinds.
  var rewindsBeforeStop = 0
  /// Seconds of the time limit that were used up before the run was resumed.
  private var secondsUsed = 0.0
  private let experiment: String

  /// The run's own, and that of the run whose policy it starts from.
  typealias Stores = (own: Store, source: Store)

  private init(
    _ configuration: TrainingConfiguration, seed: UInt64, experiment: String, trainer: Trainer, writer: RunWriter,
    threads: Int, rewinds: [ResumeRecord] = [], watch: FindingWatch, stores: Stores
  ) {
    self.watch = watch
    self.configuration = configuration
    self.seed = seed
    self.experiment = experiment
    self.trainer = trainer
    self.writer = writer
    self.threads = threads
    self.rewinds = rewinds
    self.stores = stores
    id = writer.id
    writer.watch = watch
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
    try checkRewinds(configuration, seed: seed)
    let trainer = try makeTrainer(configuration, seed: seed, threads: threads)
    if let source = configuration.source { try trainer.agent.loadPolicy(from: source.load(from: sources ?? store)) }
    let description = configuration.description(
      seed: seed, experiment: experiment, name: name, tags: tags, surroundings: surroundings)
    let watch = try FindingWatch(configuration.debugger, parameters: configuration.hyperparameters)
    let writer = try store.start(description)
    return TrainingRun(
      configuration, seed: seed, experiment: experiment, trainer: trainer, writer: writer, threads: threads,
      watch: watch, stores: (store, sources ?? store))
  }

  /// Records the git commit of the working directory, and what its files differ by, beside the run.
  package func recordCode() { writer.recordCode() }

  /// Goes on with a run from its last checkpoint, or from step 0 where it has none.
  ///
  /// `steps` is the new budget; without it the old one holds. Throws `StoreError` where the run is being written by
  /// somebody, `ConfigurationError` where it is no training; returns nil where it is finished and asks for nothing more.
  public static func resume(
    _ id: String, steps: Int? = nil, threads: Int = 1, in store: Store
  ) throws -> TrainingRun? {
    try resume(id, steps: steps, threads: threads, in: store, sourcesIn: store) { _ in }
  }

  /// As above, with a change to the plan that the log does not hear of.
  static func resume(
    _ id: String, steps: Int?, threads: Int = 1, in store: Store, sourcesIn sources: Store,
    adjusting adjust: (inout TrainingPlan) -> Void
  ) throws -> TrainingRun? {
    let record = try store.load(id)
    try record.require(.training, toBe: "resumed")
    var configuration = try TrainingConfiguration(of: record.description)
    let budget = steps ?? record.budget
    configuration.plan.budget = budget
    adjust(&configuration.plan)
    if record.status == .finished, steps == nil || budget <= record.lastStep { return nil }
    let last = record.lastCheckpoint
    let trainer = try makeTrainer(
      configuration, seed: record.description.seed, threads: threads, of: id, at: last, after: record.rewinds,
      extending: record.status == .finished || budget > record.budget || record.goesBeyondLastCheckpoint,
      in: (store, sources))
    let watch = try FindingWatch(configuration.debugger, parameters: configuration.hyperparameters)
    let writer = try store.resume(id, from: last, steps: budget)
    let run = TrainingRun(
      configuration, seed: record.description.seed, experiment: record.description.experiment, trainer: trainer,
      writer: writer, threads: threads, rewinds: record.rewinds, watch: watch, stores: (store, sources))
    // The rules go on from where they were at the checkpoint, which is what the log now shows.
    let resumed = try store.load(id)
    try watch.takeUp(resumed)
    run.secondsUsed = resumed.secondsBeforeResumption
    if let rewind = record.rewinds.last, rewind.checkpoint == last?.file { run.recordChanges(of: rewind) }
    return run
  }

  /// Trains to the end of the budget, or until `shouldStop` says so, and finishes the log accordingly.
  ///
  /// `onRemark` is told in a sentence what is done about findings, and which commands failed.
  @discardableResult
  public func train(
    shouldStop: () -> Bool = { false }, onProgress: (Trainer.Status) -> Void = { _ in },
    onRemark: (Remark) -> Void = { _ in }
  ) throws -> Trainer.Outcome {
    let response = FindingResponse(
      configuration.actions, watch: watch, writer: writer, experiment: experiment, store: stores.own.path)
    do {
      let outcome = try train(response, shouldStop: shouldStop, onProgress: onProgress, onRemark: onRemark)
      if case .stopped(let reason) = outcome { onRemark(Remark(reason)) }
      try response.finish(saying: onRemark)
      let (status, message) = outcome.ending
      try writer.finish(status: status, message: message)
      response.tell(status, in: stores.own, saying: onRemark)
      return outcome
    } catch {
      try? response.finish(saying: onRemark)
      // The first error is the one to tell; a log that cannot be finished stays readable up to its last frame.
      try? writer.finish(status: .failed, message: "\(error)")
      response.tell(.failed, in: stores.own, saying: onRemark)
      throw error
    }
  }

  public func run(
    shouldStop: () -> Bool, onProgress: (RunProgress) -> Void, onRemark: (Remark) -> Void
  ) throws {
    try train(shouldStop: shouldStop, onProgress: { onProgress(RunProgress($0)) }, onRemark: onRemark)
  }

  /// Trains through all rewinds.
  private func train(
    _ response: FindingResponse, shouldStop: () -> Bool, onProgress: (Trainer.Status) -> Void,
    onRemark: (Remark) -> Void
  ) throws -> Trainer.Outcome {
    let start = DispatchTime.now().uptimeNanoseconds
    while true {
      trainer.plan.stopStep = rewinds.count >= rewindsBeforeStop ? configuration.plan.stopStep : nil
      if let limit = configuration.plan.maximumSeconds {
        trainer.plan.maximumSeconds = limit - secondsUsed - Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
      }
      var outcome = Trainer.Outcome.left
      do {
        outcome = try trainer.train(
          into: writer, shouldStop: shouldStop, judge: { try response.respond(after: rewinds.count, saying: onRemark) },
          onProgress: onProgress)
      } catch let error as NonFiniteActionError {
        // Nothing can go on from here; only a rewind helps.
        let decision = response.respond(to: error.finding(step: trainer.steps), after: rewinds.count, saying: onRemark)
        if decision != .rewind { throw error }
      }
      guard outcome == .left, let reason = response.takeRewind() else { return outcome }
      try rewind(because: reason.finding, reason.changes, onRemark: onRemark)
    }
  }

  /// `agentSeed` is what the agent draws from, where that is not `seed`.
  static func makeTrainer(
    _ configuration: TrainingConfiguration, seed: UInt64, agentSeed: UInt64? = nil, threads: Int = 1
  ) throws -> Trainer {
    BLAS.threads = Surroundings.currentBLASThreads
    try configuration.check()
    guard let type = Agents.named(configuration.agent) else {
      throw ConfigurationError("there is no agent '\(configuration.agent)'")
    }
    let world = try Worlds.make(configuration.environment, count: configuration.copies, threads: threads)
    let agent = try Agents.make(
      type, hyperparameters: configuration.hyperparameters, for: world.specification, copies: configuration.copies,
      seed: agentSeed ?? seed)
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

extension RunProgress {
  init(_ status: Trainer.Status) { self.init(step: status.steps, budget: status.budget, figure: status.meanReward) }
}

extension Trainer.Outcome {
  /// How a run that came to it ends in its log.
  fileprivate var ending: (status: RunStatus, message: String?) {
    switch self {
    case .finished: (.finished, nil)
    case .outOfTime: (.finished, "stopped by its time limit")
    case .reachedReward: (.finished, "an evaluation reached the reward to stop at")
    case .stoppedImproving: (.finished, "the evaluations did not improve any more")
    case .interrupted: (.interrupted, nil)
    case .stopped(let reason): (.finished, reason)
    case .left: preconditionFailure("a training is left for a rewind only")
    }
  }
}
