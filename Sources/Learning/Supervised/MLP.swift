import BLASBridge
import CKernels
import Randomness
import Settings
import Telemetry

/// The hyperparameters of a multilayer perceptron that is fitted to rows, by minibatches.
package struct MLP: Configurable {
  package enum OptimizerKind: String, CaseIterable, Sendable { case adam, sgd, rmsprop }

  package var hiddenWidths = [100]
  package var activation = Activation.relu
  package var dropout = 0.0
  package var optimizer = OptimizerKind.adam
  package var learningRate = Schedule.constant(1e-3)
  package var momentum = 0.9
  package var weightDecay = 0.0
  package var batchSize = 200
  package var epochs = 200
  package var patience = 10
  package var tolerance = 1e-4
  package var classWeight = ClassWeight.none
  package var labelSmoothing = 0.0
  package var maximumGradientNorm: Double? = nil
  package var inputClip: Double? = nil
  package init() {}

  package static let hyperparameters: [Hyperparameter<MLP>] = [
    .widths("hidden_layer_sizes", \.hiddenWidths, "widths of the hidden layers"),
    .choice("activation", \.activation, "activation after each hidden layer"),
    .number("dropout", \.dropout, .unit, "share of hidden outputs dropped in training; below 1"),
    .choice("optimizer", \.optimizer, "the optimizer of the parameters"),
    .schedule("learning_rate", \.learningRate, .nonNegative, "the optimizer's step size"),
    .number("momentum", \.momentum, .unit, "momentum of sgd"),
    .number(
      "weight_decay", \.weightDecay, .nonNegative,
      "share of the parameters lost a step, times the learning rate (with adam that is AdamW)"),
    .integer("batch_size", \.batchSize, .atLeast(1), "rows in a minibatch"),
    .integer("epochs", \.epochs, .atLeast(1), "passes over the training rows, at most"),
    .integer("patience", \.patience, .atLeast(1), "epochs without improvement after which it stops"),
    .number("tol", \.tolerance, .nonNegative, "what counts as an improvement of the loss"),
    .choice("class_weight", \.classWeight, "balanced: rows of rare classes count more, so that classes count alike"),
    .number("label_smoothing", \.labelSmoothing, .unit, "share of the target spread over all classes"),
    .optionalNumber("max_grad_norm", \.maximumGradientNorm, .positive, "the global gradient norm is clipped to this"),
    Hyperparameter.optionalNumber(
      "input_clip", \.inputClip, .positive,
      "inputs are compressed smoothly to within ± this many deviations, so that outliers make no wild outputs"
    ).later(),
  ]

  /// The network for rows of `inputs` numbers. All layers start as Glorot and Bengio 2010 have it, as in scikit-learn:
  /// first outputs that are small beside the targets overfit less.
  func network(inputs: Int, outputs: Int) -> Network {
    var layers: [any Layer] = []
    var width = inputs
    if let inputClip { layers.append(SoftClip(inputs, limit: Float(min(max(inputClip, 1e-6), 1e6)))) }
    for hidden in hiddenWidths {
      layers.append(Dense(width, hidden, activation: activation, initializer: .xavierUniform))
      if dropout > 0 { layers.append(Dropout(hidden, rate: Float(min(dropout, 0.99)))) }
      width = hidden
    }
    layers.append(Dense(width, outputs, initializer: .xavierUniform))
    return Network(layers)
  }

  func makeOptimizer(parameterCount count: Int) -> any Optimizer {
    switch optimizer {
    case .adam: Adam(parameterCount: count, weightDecay: Float(weightDecay))
    case .sgd: SGD(parameterCount: count, momentum: Float(momentum), usesNesterov: true)
    case .rmsprop: RMSProp(parameterCount: count)
    }
  }

  /// nil where the targets are numbers. `rows`: the most a minibatch has.
  func crossEntropy(of target: SupervisedTarget, rows: Int) -> CrossEntropy? {
    guard case .classes(let labels, let classes) = target else { return nil }
    return CrossEntropy(
      classes: classes, rows: rows, smoothing: Float(labelSmoothing),
      weights: classWeight.factors(labels: labels, classes: classes)?.map { Float($0) })
  }
}

/// The target that a model is fitted to: class indices, numbers `[n, outputs]`, or numbers of which quantiles are predicted.
///
/// ```swift
/// import BLASBridge
///
/// let species = SupervisedTarget.classes([0, 2, 1, 0], count: 3)
/// let prices = SupervisedTarget.numbers(Matrix(column: [310_000, 275_000]))
/// print(species.count, prices.count)  // 4 2
/// ```
public enum SupervisedTarget {
  case classes([Int], count: Int)
  case numbers(Matrix<Float>)
  /// Numbers `[n, 1]`, of which the quantiles of these shares are predicted, in ascending order.
  case quantiles([Double], of: Matrix<Float>)

  public var count: Int {
    switch self {
    case .classes(let labels, _): labels.count
    case .numbers(let values), .quantiles(_, let values): values.rows
    }
  }

  /// The number of classes; 0 where the targets are numbers.
  public var classCount: Int { if case .classes(_, let count) = self { count } else { 0 } }

  /// Numbers that a model makes of a row.
  package var outputs: Int {
    switch self {
    case .classes(_, let count): count
    case .numbers(let values): values.columns
    case .quantiles(let shares, _): shares.count
    }
  }
}

/// A fitted multilayer perceptron.
package struct MLPModel {
  package let network: Network
  /// All parameters, as the network lays them out.
  package let parameters: FloatBuffer
  /// Of a regression: the mean and deviation of each output, which the network predicts in units of. Empty for classes.
  package let outputMeans: [Float]
  package let outputDeviations: [Float]
  /// Whether the outputs of a row are quantiles, which do not cross.
  package let areQuantiles: Bool

  /// Rows of a chunk: as many as stay in the second-level cache.
  static let chunk = 256

  /// Probabilities `[n, classes]`, or numbers `[n, outputs]`, of rows `[n, inputs]`. Traps where they have another width.
  package func predict(_ x: Matrix<Float>) -> Matrix<Float> {
    require(x.columns == network.inputWidth, "rows of \(x.columns) for a network of \(network.inputWidth) inputs")
    let width = network.outputWidth
    let result = Matrix<Float>(rows: x.rows, columns: width)
    let workspace = network.makeWorkspace(rows: max(1, min(Self.chunk, x.rows)))
    let rows = x.packed
    network.forward(rows.base, rows: x.rows, parameters: parameters.base, in: workspace, into: result.base)
    if outputMeans.isEmpty {
      rl_softmax(result.base, result.base, x.rows, width)
    } else {
      for i in 0..<x.rows * width {
        result.base[i] = result.base[i] * outputDeviations[i % width] + outputMeans[i % width]
      }
      if areQuantiles { result.sortRows() }
    }
    return result
  }

  /// Adds the layers as `layers.i.weight [inputs, outputs]` and `layers.i.bias`, and what rebuilds the network.
  package func save(into checkpoint: inout Checkpoint) {
    network.save(parameters.base, into: &checkpoint, as: "layers")
    checkpoint.set("output_means", outputMeans)
    checkpoint.set("output_deviations", outputDeviations)
    if areQuantiles { checkpoint.texts["output_quantiles"] = "ascending" }
  }

  /// Loads what `save` wrote, of a network with these hyperparameters. Throws `CheckpointError` where it does not fit.
  package init(from checkpoint: Checkpoint, _ configuration: MLP, inputs: Int, outputs: Int) throws {
    network = configuration.network(inputs: inputs, outputs: outputs)
    parameters = FloatBuffer(count: network.parameterCount)
    try network.load(parameters.base, from: checkpoint, as: "layers")
    outputMeans = try checkpoint.floats("output_means")
    outputDeviations = try checkpoint.floats("output_deviations", count: outputMeans.count)
    areQuantiles = checkpoint.texts["output_quantiles"] != nil
  }

  init(
    network: Network, parameters: FloatBuffer, outputMeans: [Float], outputDeviations: [Float], areQuantiles: Bool
  ) {
    self.areQuantiles = areQuantiles
    self.network = network
    self.parameters = parameters
    self.outputMeans = outputMeans
    self.outputDeviations = outputDeviations
  }
}
