import BLASBridge
import CKernels
import Randomness
import Telemetry

/// Fits a multilayer perceptron epoch by epoch, so that whoever calls can record, stop and save in between.
///
/// An epoch goes through all rows once in a new random order. It watches the validation loss, or the training loss where
/// there are no validation rows, and is finished after `patience` epochs without an improvement by more than `tol`; with
/// validation rows the best epoch's parameters are then taken (Prechelt 1998). Epochs allocate nothing.
package final class MLPTrainer {
  package let configuration: MLP
  package let network: Network
  /// All parameters as the network lays them out, and their gradient by the last minibatch's loss.
  package let parameters: FloatBuffer
  package let gradient: FloatBuffer
  /// What the network's layers gave for the last minibatch.
  package let workspace: Network.Workspace
  /// Epochs done.
  package private(set) var epoch = 0
  package private(set) var isFinished = false
  /// The epoch of the best watched loss so far.
  package private(set) var bestEpoch = 0

  /// Whether it has validation rows.
  package var validates: Bool { validation != nil }

  private let units: TargetUnits
  private let training: TrainingRows
  private let validation: (rows: TrainingRows, workspace: Network.Workspace)?
  private let crossEntropy: CrossEntropy?
  /// Where quantiles are predicted; nil for another target.
  private let pinballLoss: PinballLoss?
  private let updater: Updater
  private let diagnostics: NetworkDiagnostics
  private let batchSize: Int
  private let batch: TrainingRows.Batch
  private var order: [Int32]
  private var shuffler: CounterGenerator
  private var pass: Pass
  private let bestParameters: FloatBuffer
  private var bestLoss = Double.infinity

  /// Losses of one epoch: means over the rows, without penalties; that of training is gathered during the epoch.
  package struct Losses: Hashable, Sendable {
    package var training: Double
    /// nil where there are no validation rows.
    package var validation: Double?
  }

  /// Rows `[n, inputs]` and their targets. Traps where the numbers of rows differ or there are none.
  package init(
    _ configuration: MLP, _ x: Matrix<Float>, _ target: SupervisedTarget,
    validation: (x: Matrix<Float>, target: SupervisedTarget)? = nil, seed: UInt64
  ) {
    require(x.rows == target.count && x.rows > 0, "\(target.count) targets for \(x.rows) rows")
    self.configuration = configuration
    let root = SeedSequence(seed)
    let network = configuration.network(inputs: x.columns, outputs: target.outputs)
    let units = TargetUnits(of: target)
    pinballLoss = if case .quantiles(let shares, _) = target { PinballLoss(shares) } else { nil }
    self.network = network
    self.units = units
    parameters = FloatBuffer(count: network.parameterCount)
    gradient = FloatBuffer(count: network.parameterCount)
    bestParameters = FloatBuffer(count: network.parameterCount)
    var generator = CounterGenerator(root.child(named: "network"))
    network.initialize(parameters.base, using: &generator)
    training = TrainingRows(x, target, units: units)
    self.validation = validation.flatMap { x, target in
      require(x.rows == target.count, "\(target.count) targets for \(x.rows) validation rows")
      if x.rows == 0 { return nil }
      return (TrainingRows(x, target, units: units), network.makeWorkspace(rows: min(MLPModel.chunk, x.rows)))
    }
    batchSize = min(configuration.batchSize, x.rows)
    workspace = network.makeWorkspace(rows: batchSize)
    batch = TrainingRows.Batch(rows: batchSize, inputs: x.columns, outputs: target.outputs)
    crossEntropy = configuration.crossEntropy(of: target, rows: batchSize)
    updater = Updater(
      parameters, along: gradient, by: configuration.makeOptimizer(parameterCount: network.parameterCount),
      maximumNorm: configuration.maximumGradientNorm)
    diagnostics = NetworkDiagnostics(network)
    order = Array(repeating: 0, count: x.rows)
    shuffler = CounterGenerator(root.child(named: "shuffler"))
    pass = Pass(isTraining: true, generator: CounterGenerator(root.child(named: "dropout")))
  }

  /// The model as it is now; once finished, with the best epoch's parameters where there are validation rows.
  package var model: MLPModel {
    let copy = FloatBuffer(count: parameters.count)
    copy.base.update(from: parameters.base, count: parameters.count)
    return MLPModel(
      network: network, parameters: copy, outputMeans: units.means, outputDeviations: units.deviations,
      areQuantiles: pinballLoss != nil)
  }

  /// One pass over the rows; records what `NetworkDiagnostics` says of one full minibatch, and of the first of all as
  /// step 0. Traps once finished.
  package func runEpoch(reporting sink: any MetricSink) -> Losses {
    require(!isFinished, "the fit is finished")
    for index in order.indices { order[index] = Int32(index) }
    var span = order.mutableSpan
    shuffler.shuffle(&span)
    var (sum, start) = (0.0, 0)
    while start < training.count {
      let rows = min(batchSize, training.count - start)
      training.gather(order, from: start, rows: rows, into: batch)
      sum += lossAndGradient(rows: rows) * Double(rows)
      // The first minibatch of all, and the last full one of every epoch.
      let isFirst = epoch == 0 && start == 0
      let isLast = start + batchSize <= training.count && start + 2 * batchSize > training.count
      if isFirst || isLast { diagnostics.willUpdate(parameters.base) }
      update(progress: (Double(epoch) + Double(start) / Double(training.count)) / Double(configuration.epochs))
      if isFirst || isLast { look(rows: rows, step: isFirst ? 0 : epoch + 1, to: sink) }
      start += rows
    }
    epoch += 1
    let losses = Losses(
      training: sum / Double(training.count),
      validation: validation.map { $0.rows.loss(of: network, parameters.base, in: $0.workspace) })
    if let validation, sink.signals.isDue(from: epoch - 1, to: epoch) {
      // Those of the last block.
      let rows = (validation.rows.count - 1) % validation.workspace.rows + 1
      diagnostics.recordActivations(in: validation.workspace, rows: rows, as: "eval/activations", step: epoch, to: sink)
    }
    judge(losses)
    return losses
  }

  /// Records how the layers are doing after an update, and of the watched tensors everything where that is due.
  private func look(rows: Int, step: Int, to sink: any MetricSink) {
    diagnostics.record(
      parameters: parameters.base, gradient: gradient.base, in: workspace, rows: rows, step: step, to: sink)
    guard step == 0 || sink.signals.isDue(from: step - 1, to: step) else { return }
    diagnostics.recordTensors(
      parameters: parameters.base, gradient: gradient.base, in: workspace, rows: rows, step: step, to: sink)
    let (inputs, outputs) = (batch.inputs.base, workspace.outputs)
    sink.record(tensor: "signals/inputs", .init(start: inputs, count: rows * network.inputWidth), step: step)
    sink.record(tensor: "signals/outputs", .init(start: outputs, count: rows * network.outputWidth), step: step)
  }

  /// The tensors that can be watched: of layers, of minibatches, and with validation rows what layers make of these.
  package var tensors: [String] {
    let validated = validation == nil ? [] : diagnostics.layerNames.map { "eval/activations/\($0)" }
    return diagnostics.tensors + ["signals/inputs", "signals/outputs"] + validated
  }

  /// The loss of the gathered minibatch, and its gradient.
  private func lossAndGradient(rows: Int) -> Double {
    let outputs = network.forward(
      batch.inputs.base, rows: rows, parameters: parameters.base, in: workspace, pass: &pass)
    let loss: Double
    if let crossEntropy {
      loss = crossEntropy(outputs, labels: batch.labels, rows: rows, gradient: workspace.outputGradient)
    } else if let pinballLoss {
      loss = pinballLoss(outputs, targets: batch.numbers.base, rows: rows, gradient: workspace.outputGradient)
    } else {
      loss = RegressionLoss.squaredError(
        outputs, targets: batch.numbers.base, count: rows * network.outputWidth, gradient: workspace.outputGradient)
    }
    network.backward(batch.inputs.base, rows: rows, parameters: parameters.base, in: workspace, gradient: gradient.base)
    return loss
  }

  /// `progress`: 0 at the start of the longest fit, 1 at its end.
  private func update(progress: Double) {
    let rate = configuration.learningRate.value(remaining: 1 - progress)
    // Adam does it by itself.
    if configuration.weightDecay > 0, configuration.optimizer != .adam {
      rl_scale(parameters.base, Float(1 - rate * configuration.weightDecay), parameters.count)
    }
    updater.update(learningRate: rate)
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
  package func save(into checkpoint: inout Checkpoint) {
    model.save(into: &checkpoint)
    updater.save(into: &checkpoint, as: "optimizer")
    checkpoint.set("best_parameters", bestParameters.elements)
    checkpoint.set(
      "trainer",
      encoding: State(
        epoch: epoch, isFinished: isFinished, bestEpoch: bestEpoch, bestLoss: bestLoss.isFinite ? bestLoss : nil,
        shuffler: shuffler, dropout: pass.generator))
  }

  /// Goes on as the trainer that wrote the checkpoint. Throws `CheckpointError` where it does not fit.
  package func load(from checkpoint: Checkpoint) throws {
    let saved = try MLPModel(
      from: checkpoint, configuration, inputs: network.inputWidth, outputs: network.outputWidth)
    parameters.base.update(from: saved.parameters.base, count: parameters.count)
    try updater.load(from: checkpoint, as: "optimizer")
    bestParameters.elements = try checkpoint.floats("best_parameters", count: bestParameters.count)
    let state: State = try checkpoint.decode("trainer")
    (epoch, isFinished, bestEpoch) = (state.epoch, state.isFinished, state.bestEpoch)
    bestLoss = state.bestLoss ?? .infinity
    (shuffler, pass.generator) = (state.shuffler, state.dropout)
  }

  /// Every random generator goes on with its independent stream of this number.
  package func moveGenerators(to stream: Int) {
    (shuffler, pass.generator) = (shuffler.split(UInt64(stream)), pass.generator.split(UInt64(stream)))
  }
}
