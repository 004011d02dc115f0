import BLASBridge
import Datasets
import Foundation
import Learning
import Telemetry
import Tracker

/// A fit that writes a run, as an agent's training does: hyperparameters, metrics an epoch, checkpoints, findings.
///
///     let store = try Store(path: "runs", create: true)
///     let configuration = try FitConfiguration(data: "iris.csv", target: "species", model: .logistic)
///     let run = try FitRun.start(configuration, seed: 1, experiment: "flowers", in: store)
///     try run.fit()
public final class FitRun {
  public let id: String
  public let configuration: FitConfiguration
  public let seed: UInt64
  /// What came out; nil before the end.
  public private(set) var result: Outcome?
  private let data: FitData
  private let writer: RunWriter
  private let checkpoint: Checkpoint?

  /// How good the model is on the rows it was fitted to and on those held back.
  public struct Outcome: Sendable {
    public var training: FitScores?
    /// nil without validation rows.
    public var validation: FitScores?
    public var classes: [String]?
    /// Of models without a target: what they are judged by, `inertia` or `explained_variance`.
    public var figures: [(name: String, value: Double)] = []
    public var wasInterrupted = false
  }

  private init(
    _ configuration: FitConfiguration, seed: UInt64, data: FitData, writer: RunWriter, checkpoint: Checkpoint?
  ) {
    self.configuration = configuration
    self.seed = seed
    self.data = data
    self.writer = writer
    self.checkpoint = checkpoint
    id = writer.id
  }

  /// Starts a run: it is listed in the store before the fit begins.
  ///
  /// Throws what is wrong with the configuration, the data or the store; then there is no run.
  public static func start(
    _ configuration: FitConfiguration, seed: UInt64, experiment: String, name: String = "",
    tags: [String: String] = [:], surroundings: Surroundings = .current(), in store: Store
  ) throws -> FitRun {
    BLAS.threads = 1
    let data = try FitData(configuration, seed: seed)
    let description = RunDescription(
      experiment: experiment, name: name, agent: configuration.model.rawValue, environment: configuration.environment,
      seed: seed, copies: 1, budget: data.epochs(configuration), hyperparameters: configuration.hyperparameters,
      protocolSettings: configuration.protocolSettings, configurationHash: configuration.hash, tags: tags,
      surroundings: surroundings, start: Int64(Date().timeIntervalSince1970 * 1e6))
    let writer = try store.start(description)
    writer.watch = Debugger()
    return FitRun(configuration, seed: seed, data: data, writer: writer, checkpoint: nil)
  }

  /// Goes on with a run from its last checkpoint, or from the start where it has none; nil where it is finished.
  public static func resume(_ id: String, in store: Store) throws -> FitRun? {
    BLAS.threads = 1
    let record = try store.load(id)
    let configuration = try FitConfiguration(of: record.description)
    if record.status == .finished { return nil }
    let data = try FitData(configuration, seed: record.description.seed)
    let last = record.lastCheckpoint
    let checkpoint = try last.map { try Checkpoint(safetensors: store.checkpointBytes(id, $0)) }
    let writer = try store.resume(id, from: last, steps: record.budget)
    var debugger = Debugger()
    _ = debugger.replay(try store.load(id))
    writer.watch = debugger
    return FitRun(
      configuration, seed: record.description.seed, data: data, writer: writer, checkpoint: checkpoint)
  }

  /// How far a fit is.
  public struct Status: Sendable {
    public var epoch: Int
    public var epochs: Int
    public var loss: Double
  }

  /// Fits to the end, or until `shouldStop` says so, and finishes the log accordingly.
  @discardableResult
  public func fit(
    shouldStop: () -> Bool = { false }, onProgress: (Status) -> Void = { _ in }
  ) throws -> Outcome {
    do {
      if checkpoint == nil { data.record(to: writer, epochs: data.epochs(configuration)) }
      var outcome = Outcome(classes: data.preprocessing.target?.classes)
      let (model, step) = try fitModel(&outcome, shouldStop: shouldStop, onProgress: onProgress)
      guard let model else {
        outcome.wasInterrupted = true
        try writer.finish(status: .interrupted, message: nil)
        return outcome
      }
      outcome.training = data.training.score(model.predict(data.training.x), data.preprocessing.target)
      outcome.validation = data.validation.flatMap { $0.score(model.predict($0.x), data.preprocessing.target) }
      outcome.training?.record(as: "train", step: step, to: writer)
      outcome.validation?.record(as: "validation", step: step, to: writer)
      for figure in outcome.figures { writer.record(Metric("train/\(figure.name)"), figure.value, step: step) }
      try writer.flush()
      try writer.finish(status: .finished, message: nil)
      result = outcome
      return outcome
    } catch {
      // The first error is the one to tell; a log that cannot be finished stays readable up to its last frame.
      try? writer.finish(status: .failed, message: "\(error)")
      throw error
    }
  }

  /// The fitted model and its last step; no model where it was cut short.
  private func fitModel(
    _ outcome: inout Outcome, shouldStop: () -> Bool, onProgress: (Status) -> Void
  ) throws -> (FittedModel?, step: Int) {
    let (x, values) = (data.training.x, configuration.hyperparameters)
    var step = 1
    let model: FittedModel
    switch configuration.model {
    case .linear: model = .linear(try LinearRegression(values).fit(x, data.training.numbers))
    case .ridge: model = .linear(try RidgeRegression(values).fit(x, data.training.numbers))
    case .logistic:
      let classes = data.preprocessing.target?.classes?.count ?? 2
      let budget = data.epochs(configuration)
      let fitted = try LogisticRegression(values).fit(x, data.training.labels, classes: classes) { iteration, loss in
        if iteration == 0 { return }
        writer.record("train/objective", loss, step: iteration)
        onProgress(Status(epoch: iteration, epochs: budget, loss: loss))
        step = iteration
      }
      model = .logistic(fitted.model)
    case .kmeans:
      let fitted = try KMeans(values).fit(x, seed: seed)
      outcome.figures = [("inertia", fitted.inertia), ("iterations", Double(fitted.iterations))]
      model = .kmeans(fitted.model)
    case .pca:
      let fitted = try PCA(values).fit(x, seed: seed)
      outcome.figures = [("explained_variance", Double(fitted.varianceRatios.reduce(0, +)))]
      model = .pca(fitted)
    case .mlp: return try fitPerceptron(shouldStop: shouldStop, onProgress: onProgress)
    }
    if configuration.model != .mlp, configuration.model.hasTarget { recordLoss(of: model, step: step) }
    try save(step: step) { model.save(into: &$0) }
    return (model, step)
  }

  /// The loss of a model that is fitted in one go, on either part.
  private func recordLoss(of model: FittedModel, step: Int) {
    for (name, part) in [("train", data.training), ("validation", data.validation)] {
      guard let part, let loss = part.loss(model.predict(part.x), variance: data.targetVariance) else { continue }
      writer.record(Metric("\(name)/loss"), loss, step: step)
    }
  }

  private func fitPerceptron(
    shouldStop: () -> Bool, onProgress: (Status) -> Void
  ) throws -> (FittedModel?, step: Int) {
    let settings = try MLP(configuration.hyperparameters)
    let trainer = MLPTrainer(
      settings, data.training.x, data.training.target, validation: data.validation.map { ($0.x, $0.target) },
      seed: seed)
    if let checkpoint { try trainer.load(from: checkpoint) }
    var lastSave = Date()
    while !trainer.isFinished {
      let losses = trainer.runEpoch(reporting: writer)
      writer.record("train/loss", losses.training, step: trainer.epoch)
      if let loss = losses.validation {
        writer.record("validation/loss", loss, step: trainer.epoch)
        if let part = data.validation {
          part.score(FittedModel.mlp(trainer.model).predict(part.x), data.preprocessing.target)?
            .record(as: "validation", step: trainer.epoch, to: writer)
        }
      }
      try writer.flush()
      onProgress(Status(epoch: trainer.epoch, epochs: settings.epochs, loss: losses.validation ?? losses.training))
      let stops = !trainer.isFinished && shouldStop()
      if trainer.isFinished || stops || Date().timeIntervalSince(lastSave) > 30 {
        try save(step: trainer.epoch) { trainer.save(into: &$0) }
        lastSave = Date()
      }
      if stops { return (nil, trainer.epoch) }
    }
    return (.mlp(trainer.model), trainer.epoch)
  }

  /// A checkpoint that `Predictor` reads, and Python's safetensors.
  private func save(step: Int, _ body: (inout Checkpoint) -> Void) throws {
    var checkpoint = Checkpoint()
    checkpoint.texts["format"] = "rlrun-model-1"
    checkpoint.texts["model"] = configuration.model.rawValue
    checkpoint.set("preprocessing", encoding: data.preprocessing)
    checkpoint.set("features", encoding: data.preprocessing.featureNames)
    checkpoint.set("hyperparameters", encoding: configuration.hyperparameters)
    body(&checkpoint)
    try writer.flush()
    try writer.saveCheckpoint(checkpoint.safetensors(), step: step, best: false)
  }
}
