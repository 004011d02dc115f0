import BLASBridge
import Foundation
import Randomness
import Telemetry

/// Fits a multilayer perceptron epoch by epoch, so that whoever calls can record, stop and save in between.
///
/// An epoch goes through all rows once in a new random order. It watches the validation loss, or the training loss where
/// there are no validation rows, and is finished after `patience` epochs without an improvement by more than `tol`; with
/// validation rows the best epoch's parameters are then taken (Prechelt 1998). Steady epochs allocate nothing.
public final class MLPTrainer {
  public let configuration: MLP
  public let network: Network
  /// Epochs done.
  public private(set) var epoch = 0
  public private(set) var isFinished = false
  /// The epoch of the best watched loss so far.
  public private(set) var bestEpoch = 0

  private let x: Matrix<Float>
  private let target: SupervisedTarget
  private let validation: (x: Matrix<Float>, target: SupervisedTarget)?
  private let parameters: FloatBuffer
  private let bestParameters: FloatBuffer
  private let gradient: FloatBuffer
  private let workspace: Network.Workspace
  private let optimizer: any Optimizer
  private let diagnostics: NetworkDiagnostics
  private let crossEntropy: CrossEntropy?
  private let outputMeans: [Float]
  private let outputDeviations: [Float]
  private var bestLoss = Double.infinity
  private var shuffler: CounterGenerator
  private var pass: Pass
  private let batchSize: Int
  private var order: [Int32]
  private let batch: FloatBuffer
  private let batchTargets: FloatBuffer
  private var batchLabels: [Int32]

  /// Losses of one epoch: means over the rows, without penalties; that of training is gathered during the epoch.
  public struct Losses: Hashable, Sendable {
    public var training: Double
    /// nil where there are no validation rows.
    public var validation: Double?
  }

  /// Rows `[n, inputs]` and their targets. Traps where the numbers of rows differ or there are none.
  public init(
    _ configuration: MLP, _ x: Matrix<Float>, _ target: SupervisedTarget,
    validation: (x: Matrix<Float>, target: SupervisedTarget)? = nil, seed: UInt64
  ) {
    require(x.rows == target.count && x.rows > 0, "\(target.count) targets for \(x.rows) rows")
    self.configuration = configuration
    self.x = x.stride == x.columns ? x : x.copy()
    self.target = target
    self.validation = validation.flatMap { $0.x.rows > 0 ? $0 : nil }
    let root = SeedSequence(seed)
    let outputs = target.outputs
    network = configuration.network(inputs: x.columns, outputs: outputs)
    parameters = FloatBuffer(count: network.parameterCount)
    bestParameters = FloatBuffer(count: network.parameterCount)
    gradient = FloatBuffer(count: network.parameterCount)
    var generator = CounterGenerator(root.child(named: "network"))
    network.initialize(parameters.base, using: &generator)
    batchSize = min(configuration.batchSize, x.rows)
    workspace = network.makeWorkspace(rows: batchSize)
    diagnostics = NetworkDiagnostics(network)
    let count = network.parameterCount
    switch configuration.optimizer {
    case .adam: optimizer = Adam(parameterCount: count, weightDecay: Float(configuration.weightDecay))
    case .sgd: optimizer = SGD(parameterCount: count, momentum: Float(configuration.momentum), usesNesterov: true)
    case .rmsprop: optimizer = RMSProp(parameterCount: count)
    }
    switch target {
    case .classes(let labels, let classes):
      var weights: [Float]?
      if configuration.classWeight == .balanced {
        // n / (classes · rows of the class), as scikit-learn has it.
        weights = (0..<classes).map { label in
          Float(labels.count) / Float(classes * max(1, labels.count { $0 == label }))
        }
      }
      crossEntropy = CrossEntropy(
        classes: classes, rows: batchSize, smoothing: Float(configuration.labelSmoothing), weights: weights)
      (outputMeans, outputDeviations) = ([], [])
    case .numbers(let values):
      crossEntropy = nil
      var (means, deviations) = ([Float](), [Float]())
      for column in 0..<values.columns {
        let numbers = (0..<values.rows).map { Double(values[$0, column]) }
        let mean = numbers.reduce(0, +) / Double(numbers.count)
        let variance = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(numbers.count)
        means.append(Float(mean))
        deviations.append(variance > 0 ? Float(variance.squareRoot()) : 1)
      }
      (outputMeans, outputDeviations) = (means, deviations)
    }
    shuffler = CounterGenerator(root.child(named: "shuffler"))
    pass = Pass(isTraining: true, generator: CounterGenerator(root.child(named: "dropout")))
    order = (0..<x.rows).map { Int32($0) }
    batch = FloatBuffer(count: batchSize * x.columns)
    batchTargets = FloatBuffer(count: batchSize * outputs)
    batchLabels = Array(repeating: 0, count: batchSize)
  }

  /// The model as it is now; once finished, with the best epoch's parameters where there are validation rows.
  public var model: MLPModel {
    let copy = FloatBuffer(count: parameters.count)
    copy.base.update(from: parameters.base, count: parameters.count)
    return MLPModel(
      network: network, parameters: copy, outputMeans: outputMeans, outputDeviations: outputDeviations)
  }

  /// One pass over the rows; records what `NetworkDiagnostics` says of one full minibatch, and of the first of all as
  /// step 0. Traps once finished.
  public func runEpoch(reporting sink: any MetricSink) -> Losses {
    require(!isFinished, "the fit is finished")
    for index in order.indices { order[index] = Int32(index) }
    var span = order.mutableSpan
    shuffler.shuffle(&span)
    var (sum, start) = (0.0, 0)
    while start < x.rows {
      let rows = min(batchSize, x.rows - start)
      gather(from: start, rows: rows)
      let loss = lossAndGradient(rows: rows)
      sum += loss * Double(rows)
      var scale: Float = 1
      if let maximum = configuration.maximumGradientNorm {
        scale = globalNormClipping(gradient.base, count: gradient.count, maximum: maximum).scale
      }
      let done = (Double(epoch) + Double(start) / Double(x.rows)) / Double(configuration.epochs)
      // The last full minibatch of an epoch, and the very first of all.
      let isFirst = epoch == 0 && start == 0
      let isLast = start + batchSize <= x.rows && start + 2 * batchSize > x.rows
      if isFirst || isLast { diagnostics.willUpdate(parameters.base) }
      optimizer.update(
        parameters.base, along: gradient.base, learningRate: configuration.learningRate.value(remaining: 1 - done),
        scale: scale)
      if isFirst { record(rows: rows, step: 0, to: sink) }
      if isLast, !isFirst { record(rows: rows, step: epoch + 1, to: sink) }
      start += rows
    }
    epoch += 1
    let losses = Losses(
      training: sum / Double(x.rows), validation: validation.map { loss(of: $0.x, $0.target) })
    judge(losses)
    return losses
  }

  private func record(rows: Int, step: Int, to sink: any MetricSink) {
    diagnostics.record(
      parameters: parameters.base, gradient: gradient.base, in: workspace, rows: rows, step: step, to: sink)
  }

  private func judge(_ losses: Losses) {
    let watched = losses.validation ?? losses.training
    if watched < bestLoss - configuration.tolerance {
      (bestLoss, bestEpoch) = (watched, epoch)
      bestParameters.base.update(from: parameters.base, count: parameters.count)
    }
    isFinished = epoch >= configuration.epochs || epoch - bestEpoch >= configuration.patience
    if isFinished, validation != nil, bestEpoch > 0 {
      parameters.base.update(from: bestParameters.base, count: parameters.count)
    }
  }

  /// Lays the rows `order[start ..< start + rows]` and their targets side by side.
  private func gather(from start: Int, rows: Int) {
    let width = x.columns
    for row in 0..<rows {
      let index = Int(order[start + row])
      (batch.base + row * width).update(from: x.base + index * width, count: width)
      switch target {
      case .classes(let labels, _): batchLabels[row] = Int32(labels[index])
      case .numbers(let values):
        for i in 0..<values.columns {
          batchTargets.base[row * values.columns + i] = (values[index, i] - outputMeans[i]) / outputDeviations[i]
        }
      }
    }
  }

  private func lossAndGradient(rows: Int) -> Double {
    let outputs = network.forward(batch.base, rows: rows, parameters: parameters.base, in: workspace, pass: &pass)
    let loss: Double
    if let crossEntropy {
      loss = crossEntropy(outputs, labels: batchLabels, rows: rows, gradient: workspace.outputGradient)
    } else {
      loss = RegressionLoss.squaredError(
        outputs, targets: batchTargets.base, count: rows * network.outputWidth, gradient: workspace.outputGradient)
    }
    network.backward(batch.base, rows: rows, parameters: parameters.base, in: workspace, gradient: gradient.base)
    return loss
  }

  /// The loss of other rows: the mean cross-entropy, or the mean squared error in units of the targets' variance.
  private func loss(of x: Matrix<Float>, _ target: SupervisedTarget) -> Double {
    let predicted = MLPModel(
      network: network, parameters: parameters, outputMeans: outputMeans, outputDeviations: outputDeviations
    ).predict(x)
    var sum = 0.0
    switch target {
    case .classes(let labels, _):
      for (row, label) in labels.enumerated() { sum -= log(Double(max(predicted[row, label], 1e-30))) }
      return sum / Double(labels.count)
    case .numbers(let values):
      for row in 0..<values.rows {
        for i in 0..<values.columns {
          let error = Double((predicted[row, i] - values[row, i]) / outputDeviations[i])
          sum += error * error
        }
      }
      return sum / Double(values.rows * values.columns)
    }
  }

  // MARK: Save, load

  private struct State: Codable {
    var epoch: Int
    var isFinished: Bool
    var bestEpoch: Int
    /// nil before the first epoch.
    var bestLoss: Double?
    var shuffler: CounterGenerator
    var dropout: CounterGenerator
  }

  /// Everything that decides what the following epochs do, beside the model.
  public func save(into checkpoint: inout Checkpoint) {
    model.save(into: &checkpoint)
    optimizer.save(into: &checkpoint, as: "optimizer")
    checkpoint.set("best_parameters", bestParameters.elements)
    checkpoint.set(
      "trainer",
      encoding: State(
        epoch: epoch, isFinished: isFinished, bestEpoch: bestEpoch, bestLoss: bestLoss.isFinite ? bestLoss : nil,
        shuffler: shuffler, dropout: pass.generator))
  }

  /// Goes on as the trainer that wrote the checkpoint. Throws `CheckpointError` where it does not fit.
  public func load(from checkpoint: Checkpoint) throws {
    let saved = try MLPModel(
      from: checkpoint, configuration, inputs: network.inputWidth, outputs: network.outputWidth)
    parameters.base.update(from: saved.parameters.base, count: parameters.count)
    try optimizer.load(from: checkpoint, as: "optimizer")
    bestParameters.elements = try checkpoint.floats("best_parameters", count: bestParameters.count)
    let state: State = try checkpoint.decode("trainer")
    (epoch, isFinished, bestEpoch) = (state.epoch, state.isFinished, state.bestEpoch)
    bestLoss = state.bestLoss ?? .infinity
    (shuffler, pass.generator) = (state.shuffler, state.dropout)
  }
}
