import BLASBridge
import Datasets
import Foundation
import Learning
import Models
import Runs
import Telemetry
import Tracker

/// A fit that writes a run, as an agent's training does: hyperparameters, metrics an epoch, checkpoints, findings.
///
///     let store = try Store(path: "runs", create: true)
///     let data = try DataFile("iris.csv")
///     let configuration = try FitConfiguration(data: data, target: "species", model: "logistic")
///     let run = try FitRun.start(configuration, seed: 1, experiment: "flowers", in: store)
///     try run.fit()
public final class FitRun: ActiveRun {
  public let id: String
  public let configuration: FitConfiguration
  public let seed: UInt64
  let data: FitData
  private let writer: RunWriter
  private let checkpoint: Checkpoint?
  private let response: FindingResponse
  private let store: Store
  /// The finding for which it ends before the last epoch; in the checkpoint, so that a fit that is killed then has ended.
  private var stopReason: String?

  /// What came out.
  public struct Outcome: Sendable {
    /// How good the model is on the rows it was fitted to; nil where the fit was cut short.
    public var training: FitScores?
    /// nil without validation rows, too.
    public var validation: FitScores?
    public var wasInterrupted: Bool { training == nil }
  }

  /// How far a fit is.
  public struct Status: Sendable, Hashable {
    /// Epochs, or iterations.
    public var epoch: Int
    /// At most.
    public var epochs: Int
    public var loss: Double
  }

  private init(
    _ configuration: FitConfiguration, seed: UInt64, data: FitData, writer: RunWriter, experiment: String,
    watch: FindingWatch, checkpoint: Checkpoint?, in store: Store
  ) {
    writer.watch = watch
    response = FindingResponse(
      configuration.actions, watch: watch, writer: writer, experiment: experiment, store: store.path)
    self.store = store
    self.configuration = configuration
    self.seed = seed
    self.data = data
    self.writer = writer
    self.checkpoint = checkpoint
    stopReason = checkpoint?.texts["stopped"]
    writer.signals = configuration.signals
    id = writer.id
  }

  /// Starts a run: it is listed in the store before the fit begins.
  ///
  /// `seed` decides the split, the first weights and the order of rows. Throws what is wrong with the data or the store;
  /// then there is no run.
  public static func start(
    _ configuration: FitConfiguration, seed: UInt64, experiment: String, name: String = "",
    tags: [String: String] = [:], surroundings: Surroundings = .current(), in store: Store
  ) throws -> FitRun {
    BLAS.threads = Surroundings.currentBLASThreads
    if configuration.actions.canRewind {
      throw ConfigurationError("a fit cannot be rewound: --on takes warn, stop, checkpoint or run:COMMAND here")
    }
    let data = try FitData(configuration, seed: seed)
    if !configuration.watched.isEmpty {
      let tensors = try learner(configuration, data, seed: seed).tensors
      try configuration.signals.check(tensors, of: configuration.model)
    }
    let description = configuration.description(
      seed: seed, experiment: experiment, name: name, tags: tags, surroundings: surroundings)
    let watch = try FindingWatch(configuration.debugger, parameters: configuration.hyperparameters)
    let writer = try store.start(description)
    return FitRun(
      configuration, seed: seed, data: data, writer: writer, experiment: experiment, watch: watch, checkpoint: nil,
      in: store)
  }

  /// Records the git commit of the working directory, and what its files differ by, beside the run.
  package func recordCode() { writer.recordCode() }

  /// Goes on with a run from its last checkpoint, or from the start where it has none; nil where it is finished.
  ///
  /// Throws `ConfigurationError` or `DataFileError` where its data are gone or have changed, and `StoreError` where the
  /// run is being written by somebody.
  public static func resume(_ id: String, in store: Store) throws -> FitRun? {
    BLAS.threads = Surroundings.currentBLASThreads
    let record = try store.load(id)
    try record.require(.fit, toBe: "resumed")
    if record.status == .finished { return nil }
    let (configuration, seed) = (try FitConfiguration(of: record.description), record.description.seed)
    let data = try FitData(configuration, seed: seed)
    let last = record.lastCheckpoint
    let checkpoint = try last.map { try Checkpoint(safetensors: store.checkpointBytes(id, $0)) }
    let watch = try FindingWatch(configuration.debugger, parameters: configuration.hyperparameters)
    let writer = try store.resume(id, from: last, steps: record.budget)
    // The rules go on from where they were at the checkpoint, which is what the log now shows.
    let run = FitRun(
      configuration, seed: seed, data: data, writer: writer, experiment: record.description.experiment,
      watch: watch, checkpoint: checkpoint, in: store)
    try watch.takeUp(try store.load(id))
    return run
  }

  public func run(
    shouldStop: () -> Bool, onProgress: (RunProgress) -> Void, onRemark: (Remark) -> Void
  ) throws {
    try fit(
      shouldStop: shouldStop,
      onProgress: { onProgress(RunProgress(step: $0.epoch, budget: $0.epochs, figure: $0.loss)) },
      onRemark: onRemark)
  }

  /// Fits to the end, or until `shouldStop` says so, and finishes the log accordingly.
  ///
  /// `shouldStop` is asked after every epoch or iteration; least squares and components are one step.
  @discardableResult
  public func fit(
    shouldStop: () -> Bool = { false }, onProgress: (Status) -> Void = { _ in },
    onRemark: (Remark) -> Void = { _ in }
  ) throws -> Outcome {
    do {
      let learner = try Self.learner(configuration, data, seed: seed)
      if let checkpoint {
        try learner.load(from: checkpoint)
      } else {
        data.record(to: writer, epochs: learner.hasEpochs ? configuration.budget : 1)
      }
      do {
        try fit(learner, shouldStop: shouldStop, onProgress: onProgress, onRemark: onRemark)
      } catch is Interrupted {
        try end(.interrupted, saying: onRemark)
        return Outcome()
      }
      let (model, step) = (learner.fittedModel, learner.step)
      let outcome = Outcome(training: data.training.scores(model), validation: data.validation?.scores(model))
      for (part, scores) in [("train", outcome.training), ("validation", outcome.validation)] {
        scores?.record(as: "final/\(part)", step: step, to: writer)
        scores?.recordConfusion(as: "final/\(part)", step: step, to: writer)
      }
      if let issues = data.validation?.labelIssues(model, shares: data.classShares) {
        writer.record("data/label_issues", issues, step: step)
      }
      try writer.flush()
      try respond(saying: onRemark)
      if let stopReason { onRemark(Remark(stopReason)) }
      try end(.finished, message: stopReason, saying: onRemark)
      return outcome
    } catch {
      try? response.finish(saying: onRemark)
      // The first error is the one to tell; a log that cannot be finished stays readable up to its last frame.
      try? writer.finish(status: .failed, message: "\(error)")
      response.tell(.failed, in: store, saying: onRemark)
      throw error
    }
  }

  private func end(_ status: RunStatus, message: String? = nil, saying say: (Remark) -> Void) throws {
    try response.finish(saying: say)
    try writer.finish(status: status, message: message)
    response.tell(status, in: store, saying: say)
  }

  /// Acts on what was found; the first reason to stop stays.
  @discardableResult
  private func respond(saying say: (Remark) -> Void) throws -> Decision {
    let decision = try response.respond(saying: say)
    if case .stop(let reason) = decision, stopReason == nil { stopReason = reason }
    return decision
  }

  /// Thrown through a fit whose user wants it to stop.
  private struct Interrupted: Error {}

  private static func learner(
    _ configuration: FitConfiguration, _ data: FitData, seed: UInt64
  ) throws -> any FitLearner {
    try configuration.estimator.makeLearner(data.training.data, validation: data.validation?.data, seed: seed)
  }

  /// Fits epoch by epoch, or all in one go, to the end or until a finding stops it.
  private func fit(
    _ learner: any FitLearner, shouldStop: () -> Bool, onProgress: (Status) -> Void, onRemark: (Remark) -> Void
  ) throws {
    let (start, first) = (Date(), learner.step)
    var lastSave = start
    var ledger = TimeLedger()
    func tell(_ step: Int, _ loss: Double) { onProgress(Status(epoch: step, epochs: configuration.budget, loss: loss)) }
    while !learner.isFinished, stopReason == nil {
      let losses = try ledger.measure(.update) {
        try learner.advance(reporting: writer) { iteration, loss in
          tell(iteration, loss)
          if shouldStop() { throw Interrupted() }
        }
      }
      let step = learner.step
      if configuration.task != nil {
        writer.record("train/loss", losses.training ?? data.training.loss(learner.fittedModel), step: step)
        if data.validation != nil {
          ledger.measure(.evaluation) { recordValidation(learner.fittedModel, loss: losses.validation, step: step) }
        }
      }
      if learner.hasEpochs {
        let seconds = Date().timeIntervalSince(start)
        writer.record("time/time_elapsed", seconds, step: step)
        writer.record(
          "time/rows_per_second", Double((step - first) * data.training.x.rows) / max(seconds, 1e-9), step: step)
        ledger.report(step: step, to: writer)
        try ledger.measure(.logging) { try writer.flush() }
      }
      if let loss = losses.validation ?? losses.training { tell(step, loss) }
      let decision = try respond(saying: onRemark)
      let stops = !learner.isFinished && shouldStop()
      if learner.isFinished || stops || decision != .goOn || Date().timeIntervalSince(lastSave) > 30 {
        try ledger.measure(.checkpoint) { try save(step: step) { learner.save(into: &$0) } }
        lastSave = Date()
      }
      if stops, stopReason == nil { throw Interrupted() }
    }
  }

  /// The scores of one epoch, as the debugger's rules read them; `loss` where it is known already.
  private func recordValidation(_ model: any FittedModel, loss: Double? = nil, step: Int) {
    guard let rows = data.validation else { return }
    writer.record("validation/loss", loss ?? rows.loss(model), step: step)
    rows.scores(model).record(as: "validation", step: step, to: writer)
  }

  /// A checkpoint that `Predictor` reads, and Python's safetensors.
  private func save(step: Int, _ body: (inout Checkpoint) -> Void) throws {
    var checkpoint = Checkpoint()
    checkpoint.texts["format"] = "rlrun-model-1"
    checkpoint.texts["model"] = configuration.model
    checkpoint.set("step", encoding: step)
    checkpoint.set("preprocessing", encoding: data.preprocessing)
    checkpoint.set("features", encoding: data.preprocessing.featureNames)
    checkpoint.set("hyperparameters", encoding: configuration.hyperparameters)
    checkpoint.set("format_of_data", encoding: configuration.data.format)
    checkpoint.texts["stopped"] = stopReason
    if !configuration.data.format.isOfFirstRules {
      // Wide data have many columns: only those that are read again.
      var reading = configuration.data.reading
      let names = Set(data.preprocessing.columns.map(\.name))
      reading.columns = reading.columns.filter { names.contains($0.key) }
      checkpoint.set("reading", encoding: reading)
    }
    body(&checkpoint)
    try writer.saveCheckpoint(checkpoint.safetensors(), step: step, best: false)
  }
}
