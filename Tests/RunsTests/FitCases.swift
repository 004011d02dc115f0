import Learning
import Telemetry
import Testing

@testable import Fitting

/// A fit and what the rules have to say of it.
struct FitCase: Sendable, CustomTestStringConvertible {
  let name: String
  /// Any one of these has to be found; empty: nothing may be.
  let rules: Set<String>
  let findings: @Sendable (_ seed: UInt64) -> [Finding]

  init(
    _ name: String, _ rules: String..., data: @escaping @Sendable (UInt64) -> FitRows,
    fit: @escaping @Sendable (inout Fit) -> Void = { _ in }
  ) {
    self.name = name
    self.rules = Set(rules)
    findings = { seed in
      var configuration = Fit()
      fit(&configuration)
      return configuration.findings(data(seed), seed: seed)
    }
  }

  var testDescription: String { name }
}

/// Sound fits of many sorts.
let soundFits: [FitCase] = [
  FitCase("clouds, relu", data: { .clouds(1_000, width: 20, classes: 5, distance: 3, seed: $0) }),
  FitCase(
    "clouds, tanh, SGD", data: { .clouds(1_000, width: 20, classes: 5, distance: 3, seed: $0) },
    fit: {
      ($0.activation, $0.initializer) = (.tanh, .xavierUniform)
      ($0.usesAdam, $0.learningRate) = (false, 0.02)
    }),
  FitCase(
    "clouds, sigmoid", data: { .clouds(1_000, width: 8, classes: 3, distance: 3, seed: $0) },
    fit: { ($0.activation, $0.initializer, $0.learningRate) = (.sigmoid, .xavierNormal, 5e-3) }),
  FitCase(
    "clouds that overlap", data: { .clouds(2_000, width: 10, classes: 2, distance: 0.7, seed: $0) },
    fit: { ($0.hidden, $0.epochs) = ([16], 40) }),
  FitCase(
    "rare class, found", data: { .clouds(1_500, width: 8, classes: 3, distance: 4, shares: [15, 15, 1], seed: $0) }),
  FitCase(
    "circle, gelu", data: { .circle(800, seed: $0) }, fit: { ($0.activation, $0.learningRate) = (.gelu, 3e-3) }),
  FitCase(
    "circle with wrong labels, silu", data: { .circle(1_500, flipped: 0.15, seed: $0) },
    fit: { ($0.activation, $0.learningRate) = (.silu, 3e-3) }),
  FitCase(
    "curve, deep and narrow", data: { .curve(1_500, noise: 0.3, seed: $0) },
    fit: { ($0.hidden, $0.initializer, $0.learningRate) = ([24, 24, 24], .kaimingNormal, 2e-3) }),
  FitCase(
    "curve, tanh, orthogonal", data: { .curve(1_500, noise: 0.1, seed: $0) },
    fit: {
      ($0.activation, $0.initializer, $0.learningRate, $0.batch) = (.tanh, .orthogonal(gain: 1.4), 3e-3, 64)
    }),
  FitCase(
    "wide and short", data: { .clouds(600, width: 40, classes: 10, distance: 5, seed: $0) },
    fit: { ($0.hidden, $0.epochs, $0.earlyStopping, $0.batch) = ([128], 20, nil, 64) }),
]

private let clouds: @Sendable (UInt64) -> FitRows = { .clouds(1_000, width: 20, classes: 5, distance: 3, seed: $0) }

/// Where each layer's weights and biases lie.
private func forEachWeight(
  _ network: Network, _ body: (_ layer: Int, _ weights: Range<Int>, _ biases: Range<Int>) -> Void
) {
  var offset = 0
  for (index, layer) in network.layers.enumerated() {
    let count = layer.inputWidth * layer.outputWidth
    body(index, offset..<offset + count, offset + count..<offset + layer.parameterCount)
    offset += layer.parameterCount
  }
}

private func scaled(_ factor: Float) -> (UnsafeMutableBufferPointer<Float>, Network) -> Void {
  { parameters, network in
    forEachWeight(network) { _, weights, _ in for i in weights { parameters[i] *= factor } }
  }
}

/// Fits that are spoilt each in one way.
let spoiltFits: [FitCase] = [
  FitCase(
    "learning rate x 1000, Adam, relu", "WeightUpdateRatio", "ExplodingTensor", data: clouds,
    fit: { $0.learningRate = 1 }),
  FitCase(
    "learning rate x 1000, Adam, tanh", "WeightUpdateRatio", "ExplodingTensor", data: clouds,
    fit: { ($0.activation, $0.learningRate) = (.tanh, 1) }),
  FitCase(
    "learning rate x 1000, SGD", "WeightUpdateRatio", "ExplodingTensor", data: clouds,
    fit: { ($0.usesAdam, $0.learningRate) = (false, 20) }),
  FitCase(
    "learning rate x 1000, regression", "WeightUpdateRatio", "ExplodingTensor",
    data: { .curve(1_500, noise: 0.3, seed: $0) }, fit: { $0.learningRate = 1 }),
  FitCase("learning rate 0", "UnchangedTensor", data: clouds, fit: { $0.learningRate = 0 }),
  FitCase("learning rate / 1e6", "WeightUpdateRatio", "UnchangedTensor", data: clouds, fit: { $0.learningRate = 1e-9 }),
  FitCase("weights zero, relu", "AllZero", data: clouds, fit: { $0.spoil = scaled(0) }),
  FitCase("weights zero, tanh", "AllZero", data: clouds, fit: { ($0.activation, $0.spoil) = (.tanh, scaled(0)) }),
  FitCase(
    "weights zero, sigmoid", "AllZero", "PoorWeightInitialization", data: clouds,
    fit: { ($0.activation, $0.spoil) = (.sigmoid, scaled(0)) }),
  FitCase(
    "weights all alike", "PoorWeightInitialization", data: clouds,
    fit: {
      $0.spoil = { parameters, network in
        forEachWeight(network) { _, weights, _ in for i in weights { parameters[i] = 0.1 } }
      }
    }),
  FitCase("weights x 50", "PoorWeightInitialization", data: clouds, fit: { $0.spoil = scaled(50) }),
  FitCase("weights / 100", "PoorWeightInitialization", data: clouds, fit: { $0.spoil = scaled(0.01) }),
  FitCase(
    "dead units", "DeadRelu", data: clouds,
    fit: {
      $0.spoil = { parameters, network in
        forEachWeight(network) { layer, _, biases in if layer == 1 { for i in biases { parameters[i] = -100 } } }
      }
    }),
  FitCase(
    "three of four units dead", "DeadRelu", data: clouds,
    fit: {
      $0.spoil = { parameters, network in
        forEachWeight(network) { layer, _, biases in
          if layer == 0 { for i in biases where i % 4 != 0 { parameters[i] = -100 } }
        }
      }
    }),
  FitCase(
    "saturated tanh", "SaturatedActivation", data: clouds, fit: { ($0.activation, $0.spoil) = (.tanh, scaled(20)) }),
  FitCase(
    "saturated sigmoid", "SaturatedActivation", data: clouds,
    fit: { ($0.activation, $0.spoil) = (.sigmoid, scaled(40)) }),
  FitCase(
    "inputs x 1000, tanh", "SaturatedActivation",
    data: { seed in
      var data = clouds(seed)
      data.x = data.x.map { 1_000 * $0 }
      return data
    }, fit: { $0.activation = .tanh }),
  FitCase(
    "labels 99:1", "ClassImbalance",
    data: { .clouds(2_000, width: 10, classes: 2, distance: 2, shares: [99, 1], seed: $0) }),
  FitCase(
    "labels 25:1, the rare one not found", "ClassImbalance",
    data: { .clouds(2_000, width: 10, classes: 2, distance: 0.7, shares: [25, 1], seed: $0) },
    fit: { $0.earlyStopping = nil }),
  FitCase(
    "two classes the same", "Confusion",
    data: { .clouds(1_500, width: 10, classes: 4, distance: 4, mergesLast: true, seed: $0) },
    fit: { $0.earlyStopping = nil }),
  FitCase(
    "two of ten classes the same", "Confusion",
    data: { .clouds(3_000, width: 20, classes: 10, distance: 5, mergesLast: true, seed: $0) }),
  FitCase(
    "40 rows, large network", "Overfit",
    data: { FitRows.clouds(300, width: 20, classes: 5, distance: 2, seed: $0).split(training: 40) },
    fit: { ($0.hidden, $0.earlyStopping) = ([256, 256], nil) }),
  FitCase(
    "30 rows, large network, regression", "Overfit",
    data: { FitRows.curve(300, noise: 0.5, seed: $0).split(training: 30) },
    fit: { ($0.hidden, $0.earlyStopping) = ([256, 256], nil) }),
  FitCase(
    "labels at random", "Overfit", data: { clouds($0).withRandomLabels(seed: $0) },
    fit: { ($0.hidden, $0.earlyStopping) = ([128, 128], nil) }),
  FitCase(
    "ten times the epochs", "Overtraining", data: { .circle(500, flipped: 0.15, seed: $0) },
    fit: { ($0.epochs, $0.earlyStopping, $0.learningRate) = (400, nil, 3e-3) }),
  FitCase(
    "ten times the epochs, regression", "Overtraining", data: { .curve(500, noise: 0.5, seed: $0) },
    fit: { ($0.epochs, $0.earlyStopping, $0.learningRate) = (400, nil, 3e-3) }),
  FitCase(
    "nothing to validate with", "NoValidation", data: { data in clouds(data).split(training: 1_000) },
    fit: { $0.epochs = 10 }),
]
