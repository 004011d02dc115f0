import Datasets
import Learning
import Models
import Runs
import Telemetry

/// A model that is fitted to the rows of a configuration, epoch by epoch or all at once: the learner of a ``FitRun``. Use it with
/// a `RunLoop` where you want the loop without the store.
///
/// ```swift
/// import Runs
///
/// let configuration = try FitConfiguration(data: DataFile("iris.csv"), target: "species", model: "mlp")
/// let fit = try configuration.makeLearner(seed: 1, in: RunContext())
/// print(fit.step, fit.isStepwise)  // 0 true
/// ```
public final class ModelFit: Learner {
  let data: FitData
  /// How good the fitted model is on the rows it was fitted to; nil before the end.
  public private(set) var trainingScores: FitScores?
  /// nil without validation rows, too.
  public private(set) var validationScores: FitScores?
  public private(set) var times = PhaseTimes()
  public private(set) var figure: Double?
  private let configuration: FitConfiguration
  private let learner: any FitLearner
  private var validationLoss: Double?
  /// Of this object: epochs, and monotonic seconds since the first began.
  private var (advances, start) = (0, Double?.none)

  /// `seed` decides the first weights and the order of rows.
  init(_ configuration: FitConfiguration, _ data: FitData, seed: UInt64) throws {
    self.configuration = configuration
    self.data = data
    learner = try configuration.estimator.makeLearner(
      data.training.data, validation: data.validation?.data, seed: seed)
  }

  public var step: Int { learner.step }
  public var isFinished: Bool { learner.isFinished }
  public var isStepwise: Bool { learner.hasEpochs }
  var tensors: [String] { learner.tensors }

  public func begin(reporting sink: any MetricSink) {
    data.record(to: sink, epochs: isStepwise ? configuration.budget : 1)
  }

  public func advance(
    reporting sink: any MetricSink, iterated: (_ step: Int, _ loss: Double) throws -> Void
  ) throws {
    if start == nil { start = MonotonicClock.seconds }
    let losses = try measure(\.update) { try learner.advance(reporting: sink, iterated: iterated) }
    if configuration.task != nil {
      sink.record(.trainLoss, losses.training ?? data.training.loss(learner.fittedModel), step: step)
      measure(\.evaluation) { validate(loss: losses.validation, reporting: sink) }
    }
    figure = losses.validation ?? losses.training
    guard isStepwise, let start else { return }
    advances += 1
    let rows = Double(advances * data.training.count)
    sink.record("time/rows_per_second", rows / max(MonotonicClock.seconds - start, 1e-9), step: step)
  }

  /// Records the scores of one epoch, as the debugger's rules read them; `loss` if it is known already.
  private func validate(loss: Double?, reporting sink: any MetricSink) {
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

  public func finish(reporting sink: any MetricSink, shouldStop: () -> Bool) -> Bool {
    let model = learner.fittedModel
    trainingScores = data.training.scores(model)
    validationScores = data.validation?.scores(model)
    for (part, scores) in [("train", trainingScores), ("validation", validationScores)] {
      scores?.record(as: "final/\(part)", step: step, to: sink)
      scores?.recordConfusion(as: "final/\(part)", step: step, to: sink)
    }
    Self.recordGains(
      of: model, data.preprocessing.columns.map { ($0.name, $0.encoding.width) }, step: step, to: sink)
    if let issues = data.validation?.labelIssues(model, shares: data.classShares) {
      sink.record(.dataLabelIssues, issues, step: step)
    }
    return true
  }

  /// A checkpoint that `Predictor` reads, and Python's safetensors.
  public func save(into checkpoint: inout Checkpoint) {
    checkpoint.texts["format"] = "rlrun-model-1"
    checkpoint.texts["model"] = configuration.model
    checkpoint.set("step", encoding: step)
    checkpoint.set("preprocessing", encoding: data.preprocessing)
    if let preparation = data.preparation { checkpoint.set("preparation", encoding: preparation) }
    checkpoint.set("features", encoding: data.preprocessing.featureNames)
    checkpoint.set("hyperparameters", encoding: configuration.hyperparameters)
    checkpoint.set("format_of_data", encoding: configuration.data.format)
    if !configuration.data.format.isOfFirstRules {
      // Wide data have many columns: only those that are read again.
      var reading = configuration.data.reading
      let names = Set(data.preparation?.inputs ?? data.preprocessing.columns.map(\.name))
      reading.columns = reading.columns.filter { names.contains($0.key) }
      checkpoint.set("reading", encoding: reading)
    }
    learner.save(into: &checkpoint)
  }

  public func load(from checkpoint: Checkpoint, as restart: Restart) throws {
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
