import Foundation
import Learning
import Randomness
import Settings
import Telemetry

/// A stochastic gradient descent, epoch by epoch. Of several classes each has its own weights, for it and against the others,
/// which see the rows in the same order.
final class StochasticDescentFit: FitLearner {
  private let configuration: StochasticDescent
  private let loss: ScoreLoss
  private let isClassification: Bool
  private let rows: DesignRows
  private let validation: TrainingData?
  /// What the scores of each output are to be, row by row, and how much rows count.
  private let targets: [[Double]]
  private let rowWeights: [[Double]]
  /// Of a number to predict.
  private let unit: (mean: Double, deviation: Double)
  private var weights: [DescentWeights]
  private var order: [Int32]
  private var shuffler: CounterGenerator
  /// Of adaptive rates.
  private var rate: Double
  private var watch = Watch()
  private var best: LinearScores?
  private(set) var step = 0
  private(set) var isFinished = false

  /// What decides when to stop.
  private struct Watch: Codable {
    /// nil before the first epoch.
    var least: Double?
    var epochsWithoutProgress = 0
    /// The epoch of the least loss; nil where it was not recorded.
    var bestEpoch: Int?
  }

  init(_ configuration: StochasticDescent, _ training: TrainingData, validation: TrainingData?, seed: UInt64) {
    self.configuration = configuration
    let judges = configuration.stopsEarly && (validation?.features.rows ?? 0) > 0
    self.validation = judges ? validation : nil
    rows = DesignRows(training.features)
    isClassification = training.target.classCount > 0
    loss = ScoreLoss(
      kind: configuration.settledLoss(isClassification: isClassification), epsilon: configuration.epsilon)
    unit = isClassification ? (0, 1) : Self.unit(of: training.numbers.elements)
    targets = Self.targets(training, unit)
    rowWeights = Self.rowWeights(training, configuration.classWeight)
    let outputs = targets.count
    let hasL1 = [.l1, .elasticnet].contains(configuration.penalty)
    weights = (0..<outputs).map { [rows] _ in
      DescentWeights(features: rows.columns, isAveraged: configuration.averagesFrom > 0, hasL1: hasL1)
    }
    order = Array(repeating: 0, count: rows.rows)
    shuffler = CounterGenerator(SeedSequence(seed).child(named: "shuffler"))
    rate = configuration.firstRate
  }

  private static func unit(of numbers: [Float]) -> (mean: Double, deviation: Double) {
    let count = Double(max(1, numbers.count))
    let mean = numbers.reduce(0.0) { $0 + Double($1) } / count
    let variance = numbers.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / count
    return (mean, variance > 0 ? variance.squareRoot() : 1)
  }

  private static func targets(_ data: TrainingData, _ unit: (mean: Double, deviation: Double)) -> [[Double]] {
    guard case .classes(let labels, let count) = data.target else {
      return [data.numbers.elements.map { (Double($0) - unit.mean) / unit.deviation }]
    }
    return (count == 2 ? [1] : Array(0..<count)).map { own in labels.map { $0 == own ? 1 : -1 } }
  }

  /// As scikit-learn has it: the weight of a class counts for its own output alone, but of two classes.
  private static func rowWeights(_ data: TrainingData, _ weighing: ClassWeight) -> [[Double]] {
    let own = data.weights?.map { Double($0) } ?? [Double](repeating: 1, count: data.features.rows)
    guard case .classes(let labels, let count) = data.target,
      let weights = weighing.factors(labels: labels, classes: count, weights: data.weights)
    else {
      return Array(repeating: own, count: max(1, data.target.classCount == 2 ? 1 : data.target.classCount))
    }
    return (count == 2 ? [1] : Array(0..<count)).map { output in
      labels.indices.map { own[$0] * (labels[$0] == output || count == 2 ? weights[labels[$0]] : 1) }
    }
  }

  var hasEpochs: Bool { true }
  private var stepsDone: Int { step * rows.rows }

  /// In the target's own units.
  var fittedModel: any FittedModel {
    let scores = isFinished ? best ?? currentScores : currentScores
    return StochasticDescentModel(
      LinearScores(
        features: scores.features, weights: scores.weights.map { $0 * unit.deviation },
        intercepts: scores.intercepts.map { $0 * unit.deviation + unit.mean }),
      loss: loss.kind, isClassification: isClassification)
  }

  private var currentScores: LinearScores {
    let current = weights.map { $0.current(after: stepsDone, averagesFrom: configuration.averagesFrom) }
    return LinearScores(
      features: rows.columns, weights: current.flatMap(\.weights), intercepts: current.map(\.intercept))
  }

  func advance(
    reporting sink: any MetricSink, iterated: (_ iteration: Int, _ loss: Double) throws -> Void
  ) throws -> FitLosses {
    precondition(!isFinished, "the fit is finished")
    for index in order.indices { order[index] = Int32(index) }
    var span = order.mutableSpan
    shuffler.shuffle(&span)
    let steps = steps
    var sum = 0.0
    for output in weights.indices {
      sum += weights[output].run(
        rows, targets[output], rowWeights[output], order: order, first: stepsDone + 1, steps)
    }
    step += 1
    guard sum.isFinite, weights.allSatisfy({ $0.intercept.isFinite && $0.raw.allSatisfy(\.isFinite) }) else {
      throw HyperparameterError("the weights grew beyond all bounds in epoch \(step): lower eta0, or raise alpha")
    }
    let mean = sum / Double(rows.rows * weights.count)
    sink.record(.trainObjective, mean, step: step)
    judge(mean)
    // Those losses that others can be compared with.
    switch loss.kind {
    case .logLoss where weights.count == 1: return FitLosses(training: mean)
    case .squaredError: return FitLosses(training: 2 * mean)
    default: return FitLosses()
    }
  }

  private var steps: DescentWeights.Steps {
    let alpha = configuration.alpha
    let l1Share =
      switch configuration.penalty {
      case .l2: 0.0
      case .none: Double.nan
      case .l1: 1.0
      case .elasticnet: configuration.l1Ratio
      }
    let isAuto = configuration.rate == .auto
    let schedule = isAuto ? isClassification ? .optimal : .invscaling : configuration.rate
    return schedule.steps(
      loss: loss, alpha: alpha, l1Share: l1Share, fitsIntercept: configuration.fitsIntercept,
      averagesFrom: configuration.averagesFrom, first: rate,
      power: configuration.power ?? (isClassification ? 0.5 : 0.25))
  }

  private func judge(_ training: Double) {
    let watched = validation.map(validationLoss) ?? training
    if let least = watch.least, watched > least - configuration.tolerance {
      watch.epochsWithoutProgress += 1
    } else {
      watch.epochsWithoutProgress = 0
    }
    if watched < watch.least ?? .infinity {
      (watch.least, watch.bestEpoch) = (watched, step)
      if validation != nil { best = currentScores }
    }
    if watch.epochsWithoutProgress >= configuration.patience {
      if configuration.rate == .adaptive, rate > 1e-6 {
        rate /= 5
        watch.epochsWithoutProgress = 0
      } else {
        isFinished = true
      }
    }
    if step >= configuration.epochs { isFinished = true }
  }

  /// The mean loss of the validation rows, by the loss that is descended.
  private func validationLoss(_ data: TrainingData) -> Double {
    let scores = currentScores.scores(of: data.features)
    let targets = Self.targets(data, unit)
    var sum = 0.0
    for (output, values) in targets.enumerated() {
      for (row, value) in values.enumerated() { sum += loss.value(scores[row * targets.count + output], value) }
    }
    return sum / Double(max(1, scores.count))
  }

  // MARK: Save, load

  private struct State: Codable {
    var epoch: Int
    var isFinished: Bool
    var watch: Watch
    var shuffler: CounterGenerator
  }

  func save(into checkpoint: inout Checkpoint) {
    fittedModel.save(into: &checkpoint)
    checkpoint.set(
      "trainer", encoding: State(epoch: step, isFinished: isFinished, watch: watch, shuffler: shuffler))
    checkpoint.set("rate", [rate])
    for (output, weights) in weights.enumerated() { weights.save(into: &checkpoint, as: "descent.\(output)") }
    checkpoint.set("best.weights", best?.weights ?? [])
    checkpoint.set("best.intercepts", best?.intercepts ?? [])
  }

  func load(from checkpoint: Checkpoint) throws {
    let state: State = try checkpoint.decode("trainer")
    for output in weights.indices { try weights[output].load(from: checkpoint, as: "descent.\(output)") }
    rate = try checkpoint.doubles("rate", count: 1)[0]
    let intercepts = try checkpoint.doubles("best.intercepts")
    let saved = try checkpoint.doubles("best.weights", count: intercepts.count * rows.columns)
    best =
      intercepts.isEmpty ? nil : LinearScores(features: rows.columns, weights: saved, intercepts: intercepts)
    (step, isFinished, watch, shuffler) = (state.epoch, state.isFinished, state.watch, state.shuffler)
  }

  func moveGenerators(to stream: Int) { shuffler = shuffler.split(UInt64(stream)) }
}

extension StochasticDescentFit: EarlyStoppingLearner {
  var chosenStep: Int? { validation == nil ? nil : watch.bestEpoch }
}
