import BLASBridge
import Datasets
import Formats
import Learning
import Models
import Telemetry

/// The folds of a fit on their way: each is fitted to its training rows, and its model predicts its test rows.
final class FoldedFit {
  /// The result of a fold.
  struct Result: Codable, Hashable {
    var steps: Int
    /// The step whose model was kept, where the test rows chose it.
    var chosenStep: Int?
    var trainingRows: Int
    var testRows: Int
    var names: [String]
    var values: [Double]

    var scores: [FitScores.Score] { zip(names, values).map { FitScores.Score(name: $0, value: $1) } }
  }

  let folds: FitFolds
  private let configuration: FitConfiguration
  private let seed: UInt64
  private let learnerSeed: UInt64
  private let threads: Int
  private let table: Table
  private let usable: [Int]
  private let target: TargetEncoding?
  private(set) var results: [Result] = []
  /// Of a fit to a part of the first fold's training rows, before all folds; nil where there is none, or not yet.
  private var screened: Result?
  /// Of the finished folds, where they are kept.
  private(set) var models: [TableModel] = []
  /// Of the test rows of the finished folds, one fold after the other.
  private(set) var outputs: [Float] = []
  /// The fold at hand; nil once all are done.
  private var current: (data: FitData, learner: any FitLearner)?

  /// nil for a fit without folds. `target` is how the target of all rows is encoded.
  init?(
    _ configuration: FitConfiguration, _ file: DataFile, _ target: TargetEncoding?, seed: UInt64, learnerSeed: UInt64,
    threads: Int
  ) throws {
    guard configuration.folds != nil else { return nil }
    table = file.table
    (usable, folds) = try DataFileError.naming(file.path) { [table] in
      let usable = try configuration.parts(of: table).seen
      return (usable, try FitFolds(configuration, table, usable, seed: seed)!)
    }
    (self.configuration, self.target, self.seed, self.learnerSeed) = (configuration, target, seed, learnerSeed)
    self.threads = threads
    try begin()
  }

  private func begin() throws {
    current = nil
    guard results.count < folds.parts.count else { return }
    let part = folds.parts[results.count]
    let training = try isScreening ? screeningRows(of: part) : part.training.map { usable[$0] }
    let data = try FitData(
      configuration, table, training: training, testing: part.test.map { usable[$0] }, target: target, seed: seed)
    current = (data, try configuration.makeLearner(data, seed: learnerSeed, threads: threads))
  }

  private var isScreening: Bool { configuration.screening != nil && screened == nil }

  /// Classes in proportion; of an order of time the latest.
  private func screeningRows(of part: Folds.Part) throws -> [Int] {
    let rows = part.training.map { usable[$0] }
    let share = configuration.screening ?? 1
    if configuration.time != nil { return Array(rows.suffix(max(1, Int(share * Double(rows.count))))) }
    return try DataFileError.naming(configuration.data.path) {
      try FitData.split(table, rows, configuration, share: 1 - share, seed: seed).training
    }
  }

  var isFinished: Bool { current == nil }
  /// Of all folds so far.
  var step: Int { finishedSteps + (current?.learner.step ?? 0) }
  private var finishedSteps: Int { results.reduce(screened?.steps ?? 0) { $0 + $1.steps } }
  var tensors: [String] { current?.learner.tensors ?? [] }
  var hasEpochs: Bool { current?.learner.hasEpochs ?? true }

  /// The number of steps of the fit to all rows: the mean of those that the folds' test rows chose; nil where they chose none.
  var chosenSteps: Int? {
    let chosen = results.compactMap { $0.chosenStep }
    guard isFinished, chosen.count == results.count else { return nil }
    return max(1, Int(mean(chosen.map(Double.init)).rounded()))
  }

  /// Fits a step of the current fold; returns its loss. Of a fold only its final scores are recorded.
  func advance(
    reporting sink: any MetricSink, iterated: (_ step: Int, _ loss: Double) throws -> Void
  ) throws -> Double? {
    guard let (data, learner) = current else { preconditionFailure("the folds are finished") }
    let before = finishedSteps
    let losses = try learner.advance(reporting: Silence()) { try iterated(before + $0, $1) }
    if learner.isFinished { try finish(data, learner, reporting: sink) }
    return losses.validation ?? losses.training
  }

  private func finish(_ data: FitData, _ learner: any FitLearner, reporting sink: any MetricSink) throws {
    let (model, rows) = (learner.fittedModel, data.validation!)
    let predicted = model.outputs(of: rows.features)
    let scores = rows.scores(model, outputs: predicted).all.filter { !$0.name.contains("/") }
    let result = Result(
      steps: learner.step, chosenStep: (learner as? any EarlyStoppingLearner)?.chosenStep,
      trainingRows: data.training.count, testRows: rows.count, names: scores.map(\.name), values: scores.map(\.value))
    if configuration.screening != nil {
      let rung = isScreening ? 1 : results.count + 2
      for score in scores { sink.record(Metric("\(FitConfiguration.rung)/\(score.name)"), score.value, step: rung) }
    }
    if isScreening {
      screened = result
      return try begin()
    }
    results.append(result)
    outputs += predicted.elements
    if configuration.isBagged {
      models.append(TableModel(model, fittedTo: data, as: configuration))
    }
    let fold = results.count
    for score in scores { sink.record(Metric("fold/\(score.name)"), score.value, step: fold) }
    sink.record(.foldTrainingRows, Double(result.trainingRows), step: fold)
    sink.record(.foldTestRows, Double(result.testRows), step: fold)
    if learner.hasEpochs {
      sink.record(.foldEpochs, Double(result.chosenStep ?? result.steps), step: fold)
    }
    try begin()
  }

  // MARK: Save, load

  private struct State: Codable {
    var results: [Result]
    var screened: Result?
    /// Whether the fold at hand has begun, so that its learner is in the checkpoint.
    var hasBegun: Bool
  }

  func save(into checkpoint: inout Checkpoint) {
    let hasBegun = current.map { $0.learner.step > 0 } ?? false
    checkpoint.set("folds", encoding: State(results: results, screened: screened, hasBegun: hasBegun))
    checkpoint.set("fold_outputs", outputs)
    if configuration.isBagged, !models.isEmpty {
      // Of all folds they are the model.
      let ensemble = ModelEnsemble(bagging: models)
      ensemble.save(into: &checkpoint)
      if !isFinished { checkpoint.texts["ensemble"] = nil }
    }
    if hasBegun, let current { current.learner.save(into: &checkpoint) }
  }

  func load(from checkpoint: Checkpoint) throws {
    let state: State = try checkpoint.decode("folds")
    guard state.results.count <= folds.parts.count else {
      throw CheckpointError("the checkpoint is of more folds than this fit has")
    }
    (results, outputs) = (state.results, try checkpoint.floats("fold_outputs"))
    screened = state.screened
    if configuration.isBagged {
      models = try results.indices.map { try TableModel(from: checkpoint.nested(ModelEnsemble.name($0))) }
    }
    try begin()
    if state.hasBegun {
      guard let current else { throw CheckpointError("the checkpoint is of a fold that this fit does not have") }
      try current.learner.load(from: checkpoint)
    }
  }

  /// The number of a row in the data, from 1.
  func number(ofUsable row: Int) -> Int { usable[row] + 1 }
}

/// Takes what a fold's fit reports, and keeps nothing of it.
final class Silence: MetricSink {
  func record(_ metric: Metric, _ value: Double, step: Int) {}
  func record(_ episode: Episode, step: Int) {}
}
