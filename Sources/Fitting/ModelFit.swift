import Datasets
import Formats
import Learning
import Models
import Runs
import Telemetry
import Validation

/// A model that is fitted to the rows of a configuration, epoch by epoch or all at once, or fold by fold and then to all rows:
/// the learner of a ``FitRun``. Use it with a `RunLoop` where you want the loop without the store.
///
/// ```swift
/// import Runs
///
/// let configuration = try FitConfiguration(data: DataFile("iris.csv"), target: "species", model: "mlp")
/// let fit = try configuration.makeLearner(seed: 1, in: RunContext())
/// print(fit.step, fit.isStepwise)  // 0 true
/// ```
public final class ModelFit: Learner {
  /// Of the model that is kept: with folds all rows train it, and none validate.
  let data: FitData
  /// nil for a fit without folds.
  let folded: FoldedFit?
  /// How good the fitted model is on the rows it was fitted to; nil before the end.
  public private(set) var trainingScores: FitScores?
  /// With folds the mean over them; nil without validation rows, too.
  public private(set) var validationScores: FitScores?
  public private(set) var times = PhaseTimes()
  public private(set) var figure: Double?
  let configuration: FitConfiguration
  private let seed: UInt64
  private let threads: Int
  /// Of the model that is kept; nil before all folds are done.
  private var learner: (any FitLearner)?
  private var validationLoss: Double?
  /// Of this object: epochs, and monotonic seconds since the first began.
  private var (advances, start) = (0, Double?.none)

  /// `seed` decides the first weights and the order of rows; `threads` share the work of models that know how.
  init(
    _ configuration: FitConfiguration, _ data: FitData, _ folded: FoldedFit? = nil, seed: UInt64, threads: Int = 1
  ) throws {
    (self.configuration, self.data, self.folded, self.seed) = (configuration, data, folded, seed)
    self.threads = threads
    if folded == nil { learner = try makeLearner() }
  }

  private func makeLearner() throws -> any FitLearner {
    try configuration.makeLearner(data, seed: seed, threads: threads)
  }

  public var step: Int { (folded?.step ?? 0) + (learner?.step ?? 0) }
  public var isFinished: Bool {
    if configuration.isBagged, let folded { return folded.isFinished }
    return learner.map { $0.isFinished || $0.step >= stepLimit } ?? false
  }
  public var isStepwise: Bool { folded != nil || learner?.hasEpochs == true }
  var tensors: [String] { learner?.tensors ?? folded?.tensors ?? [] }

  private var hasEpochs: Bool { learner?.hasEpochs ?? folded?.hasEpochs ?? false }

  /// Without validation rows of its own, a fit after folds takes as many steps as they chose.
  private var stepLimit: Int { folded?.chosenSteps ?? .max }

  /// The model as it is; nil before all folds are done, and before the only step of a fit in one go.
  var model: (any FittedModel)? {
    guard let learner, learner.hasEpochs || learner.isFinished else { return nil }
    return learner.fittedModel
  }

  public func begin(reporting sink: any MetricSink) {
    data.record(
      to: sink, epochs: hasEpochs ? configuration.estimator.budget : 1, folds: folded?.folds)
  }

  public func advance(
    reporting sink: any MetricSink, iterated: (_ step: Int, _ loss: Double) throws -> Void
  ) throws {
    if let folded, !folded.isFinished {
      figure = try measure(\.update) { try folded.advance(reporting: sink, iterated: iterated) }
      return
    }
    if start == nil { start = MonotonicClock.seconds }
    let learner = try learner ?? makeLearner()
    self.learner = learner
    let before = folded?.step ?? 0
    let losses = try measure(\.update) {
      try learner.advance(reporting: sink) { try iterated(before + $0, $1) }
    }
    let step = learner.step
    if configuration.task != nil {
      sink.record(.trainLoss, losses.training ?? data.training.loss(learner.fittedModel), step: step)
      measure(\.evaluation) { validate(learner, loss: losses.validation, reporting: sink) }
    }
    figure = losses.validation ?? losses.training
    guard learner.hasEpochs, let start else { return }
    advances += 1
    let rows = Double(advances * data.training.count)
    sink.record("time/rows_per_second", rows / max(MonotonicClock.seconds - start, 1e-9), step: step)
  }

  /// Records the scores of one epoch, as the debugger's rules read them; `loss` if it is known already.
  private func validate(_ learner: any FitLearner, loss: Double?, reporting sink: any MetricSink) {
    guard let rows = data.validation else { return }
    let model = learner.fittedModel
    let loss = loss ?? rows.loss(model)
    sink.record(.validationLoss, loss, step: step)
    rows.scores(model, outputs: (learner as? any ValidatedLearner)?.validationOutputs)
      .record(as: "validation", step: step, to: sink)
    validationLoss = loss
  }

  /// The validation loss, which every advance records.
  public func evaluate(reporting sink: any MetricSink) -> Score? {
    validationLoss.map { Score(.validationLoss, $0, .minimize) }
  }

  public func finish(reporting sink: any MetricSink, shouldStop: () -> Bool) throws -> Bool {
    let model = model
    // One that was stopped in its folds has no model yet.
    guard model != nil || configuration.isBagged && folded?.isFinished == true else { return true }
    trainingScores = model.map { data.training.scores($0) }
    let judged = folded?.pooled(data.training).held
    if let folded, let judged {
      validationScores = folded.scores(judged, classes: classes)
    } else {
      validationScores = model.flatMap { data.validation?.scores($0) }
    }
    for (part, scores) in [("train", trainingScores), ("validation", validationScores)] {
      scores?.record(as: "final/\(part)", step: step, to: sink)
      scores?.recordConfusion(as: "final/\(part)", step: step, to: sink)
    }
    if let model {
      Self.recordGains(
        of: model, data.preprocessing.columns.map { ($0.name, $0.encoding.width) }, step: step, to: sink)
    }
    if let issues = (judged ?? heldOut)?.labelIssues(shares: data.classShares),
      let count = judged?.count ?? data.validation?.count
    {
      sink.record(.dataLabelIssues, Double(issues.count) / Double(count), step: step)
    }
    try recordHeldOut(to: sink)
    return true
  }

  /// The column whose rows of one value a ranking puts into order; nil for other models.
  private var queries: String? {
    (learner?.fittedModel as? any RankingModel)?.isRanking == true ? configuration.group : nil
  }

  private var classes: [String] { data.preprocessing.target?.classes ?? [] }

  /// Rows that the model was not fitted to, each once; nil where there are none, or not yet.
  private var heldOut: HeldOutRows? {
    if let folded, folded.isFinished, model != nil || configuration.isBagged {
      return folded.heldOut(repeat: 0, data.training).held
    }
    guard let model else { return nil }
    return data.validation.flatMap { HeldOutRows($0, model.outputs(of: $0.features)) }
  }

  private func recordHeldOut(to sink: any MetricSink) throws {
    let costs = costsOfFolds
    if let heldOut { HeldOutReport(heldOut, configuration, classes, costs: costs).record(step: step, to: sink) }
    guard let folded else { return }
    for (fold, cost) in costs.enumerated() { sink.record("fold/cost", cost, step: fold + 1) }
    let csv = folded.csv(data.training, classes: classes)
    try sink.record(file: Array(csv.utf8), as: "out-of-fold.csv", mediaType: "text/csv")
    let (rows, held) = folded.pooled(data.training)
    if let issues = held.labelIssues(shares: data.classShares), !issues.isEmpty {
      let numbers = rows.map { folded.number(ofUsable: $0) }
      let csv = issues.csv(rows: numbers, classes: classes)
      try sink.record(file: Array(csv.utf8), as: "label-issues.csv", mediaType: "text/csv")
      try sink.record(
        file: Array(issues.plan(rows: numbers).utf8), as: "label-issues.yaml", mediaType: "application/yaml")
    }
  }

  /// Each by a threshold that the other folds of its repeat choose; none without folds or costs.
  private var costsOfFolds: [Double] {
    guard let folded, let costs = configuration.costs,
      let positive = CostDecision.index(of: configuration.positive, classes)
    else { return [] }
    return (0..<folded.repeats).flatMap { number in
      folded.heldOut(repeat: number, data.training).held.calibrated(configuration.calibration)
        .costs(costs, positive: positive)
    }
  }

  /// A checkpoint that `Predictor` reads, and Python's safetensors. One of a fit whose folds are not done has no model yet.
  public func save(into checkpoint: inout Checkpoint) {
    checkpoint.texts["format"] = "rlrun-model-1"
    checkpoint.texts["model"] = configuration.model
    checkpoint.set("step", encoding: step)
    if let folded {
      folded.save(into: &checkpoint)
      guard folded.isFinished, configuration.isBagged || learner.map({ $0.step > 0 }) == true else { return }
    }
    if !configuration.isBagged {
      TableModel.saveColumns(
        configuration.model, configuration.hyperparameters, data.preparation, data.preprocessing, into: &checkpoint)
    }
    if let queries { checkpoint.texts["queries"] = queries }
    var names = Set(data.preparation?.inputs ?? data.preprocessing.columns.map(\.name))
    if let queries { names.insert(queries) }
    configuration.data.saveReading(of: names, into: &checkpoint)
    if let heldOut { PredictionSupport(heldOut, configuration, classes: classes).save(into: &checkpoint) }
    learner?.save(into: &checkpoint)
  }

  public func load(from checkpoint: Checkpoint, as restart: Restart) throws {
    if let folded {
      try folded.load(from: checkpoint)
      guard folded.isFinished, checkpoint.texts["preprocessing"] != nil else { return }
    }
    let learner = try learner ?? makeLearner()
    self.learner = learner
    try learner.load(from: checkpoint)
    if case .rewind(let stream) = restart { learner.moveGenerators(to: stream) }
  }

  private func measure<Result>(
    _ phase: WritableKeyPath<PhaseTimes, Double>, _ body: () throws -> Result
  ) rethrows -> Result {
    let start = MonotonicClock.seconds
    defer { times[keyPath: phase] += MonotonicClock.seconds - start }
    return try body()
  }
}
