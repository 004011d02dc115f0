import BLASBridge
import Foundation
import Learning
import Randomness
import Telemetry
import Tracker

@testable import Debugger
@testable import Fitting

/// Rows with classes or numbers to predict; the first `trainingRows` are trained on.
struct FitRows {
  let width: Int
  /// `[rows, width]`
  var x: [Float] = []
  /// Empty for a regression.
  var labels: [Int32] = []
  var classes = 0
  /// Empty for a classification.
  var targets: [Float] = []
  var trainingRows = 0

  var rows: Int { x.count / width }
  var isClassification: Bool { classes > 0 }

  /// Normal clouds of deviation 1 whose middles are `distance` from the origin; class `c` is drawn `shares[c]` times as
  /// often as a share of 1. `mergesLast`: the last two have one middle.
  static func clouds(
    _ rows: Int, width: Int, classes: Int, distance: Float, shares: [Float]? = nil, mergesLast: Bool = false,
    seed: UInt64
  ) -> FitRows {
    var generator = CounterGenerator(SeedSequence(seed).child(named: "clouds"))
    var middles = (0..<classes).map { _ in
      let direction = (0..<width).map { _ in generator.normal() }
      let norm = direction.reduce(0) { $0 + $1 * $1 }.squareRoot()
      return direction.map { distance * $0 / norm }
    }
    if mergesLast { middles[classes - 1] = middles[classes - 2] }
    let shares = shares ?? Array(repeating: 1, count: classes)
    var data = FitRows(width: width)
    data.classes = classes
    for _ in 0..<rows {
      var draw = generator.uniform() * shares.reduce(0, +)
      var label = 0
      while label < classes - 1, draw >= shares[label] {
        draw -= shares[label]
        label += 1
      }
      data.labels.append(Int32(label))
      data.x += middles[label].map { $0 + generator.normal() }
    }
    return data.split()
  }

  /// Inside or outside of a circle, with `flipped` of the labels wrong.
  static func circle(_ rows: Int, flipped: Float = 0, seed: UInt64) -> FitRows {
    var generator = CounterGenerator(SeedSequence(seed).child(named: "circle"))
    var data = FitRows(width: 2)
    data.classes = 2
    for _ in 0..<rows {
      let (a, b) = (generator.normal(), generator.normal())
      let inside = a * a + b * b < 1.39
      data.x += [a, b]
      data.labels.append(inside != (generator.uniform() < flipped) ? 1 : 0)
    }
    return data.split()
  }

  /// y = sin 2a + b c / 2 + noise, of 5 inputs of which 2 do nothing.
  static func curve(_ rows: Int, noise: Float, seed: UInt64) -> FitRows {
    var generator = CounterGenerator(SeedSequence(seed).child(named: "curve"))
    var data = FitRows(width: 5)
    for _ in 0..<rows {
      let x = (0..<5).map { _ in generator.normal() }
      data.x += x
      data.targets.append(sin(2 * x[0]) + x[1] * x[2] / 2 + noise * generator.normal())
    }
    return data.split()
  }

  /// Labels that have nothing to do with the rows.
  func withRandomLabels(seed: UInt64) -> FitRows {
    var generator = CounterGenerator(SeedSequence(seed).child(named: "labels"))
    var data = self
    data.labels = labels.map { _ in Int32(generator.uniform() * Float(classes)) }
    return data
  }

  /// The first `count` rows to train on, the others to validate with.
  func split(training count: Int? = nil) -> FitRows {
    var data = self
    data.trainingRows = count ?? rows * 4 / 5
    return data
  }
}

/// A fit of a small network, recorded as `Docs/DEBUGGER.md` says.
struct Fit {
  var hidden = [32, 32]
  var activation = Activation.relu
  var initializer = Initializer.kaimingUniform
  var learningRate = 1e-3
  var usesAdam = true
  var batch = 32
  var epochs = 60
  /// Epochs without a better validation loss after which it stops; nil: never.
  var earlyStopping: Int? = 10
  /// Changes the parameters at the start.
  var spoil: (_ parameters: UnsafeMutableBufferPointer<Float>, _ network: Network) -> Void = { _, _ in }

  /// What the default rules find.
  func findings(_ data: FitRows, seed: UInt64) -> [Finding] {
    BLAS.threads = 1
    let sink = DebuggedSink()
    train(data, seed: seed, into: sink)
    return sink.findings
  }

  private func train(_ data: FitRows, seed: UInt64, into sink: any MetricSink) {
    let root = SeedSequence(seed)
    let outputs = data.isClassification ? data.classes : 1
    let widths = [data.width] + hidden + [outputs]
    let network = Network(
      (1..<widths.count).map {
        Dense(
          widths[$0 - 1], widths[$0], activation: $0 == widths.count - 1 ? .identity : activation,
          initializer: initializer)
      })
    let (parameters, gradient) = (
      FloatBuffer(count: network.parameterCount), FloatBuffer(count: network.parameterCount)
    )
    var generator = CounterGenerator(root.child(named: "network"))
    network.initialize(parameters.base, using: &generator)
    spoil(UnsafeMutableBufferPointer(start: parameters.base, count: parameters.count), network)
    let optimizer: any Optimizer =
      usesAdam ? Adam(parameterCount: parameters.count) : SGD(parameterCount: parameters.count, momentum: 0.9)
    let workspace = network.makeWorkspace(rows: max(batch, data.rows))
    let diagnostics = NetworkDiagnostics(network)
    let entropy = CrossEntropy(classes: max(data.classes, 1), rows: data.rows)
    let room = FloatBuffer(count: data.rows * outputs)
    func loss(_ rows: [Int], _ gradient: UnsafeMutablePointer<Float>) -> Double {
      data.isClassification
        ? entropy(
          workspace.outputs, labels: rows.map { data.labels[$0] }, rows: rows.count, gradient: gradient)
        : RegressionLoss.squaredError(
          workspace.outputs, targets: rows.map { data.targets[$0] }, count: rows.count, gradient: gradient)
    }

    recordData(data, to: sink)
    var order = (0..<data.trainingRows).map { Int32($0) }
    let validation = Array(data.trainingRows..<data.rows)
    var shuffler = CounterGenerator(root.child(named: "shuffler"))
    var (best, bestEpoch) = (Double.infinity, 0)
    for epoch in 1...epochs {
      var span = order.mutableSpan
      shuffler.shuffle(&span)
      var sum = 0.0
      for start in stride(from: 0, to: order.count, by: batch) {
        let rows = order[start..<min(start + batch, order.count)].map { Int($0) }
        let x = data.gathered(rows)
        network.forward(x, rows: rows.count, parameters: parameters.base, in: workspace)
        sum += loss(rows, workspace.outputGradient) * Double(rows.count)
        network.backward(x, rows: rows.count, parameters: parameters.base, in: workspace, gradient: gradient.base)
        let watchesStart = epoch == 1 && start == 0
        let isWatched = watchesStart || (start + 2 * batch > order.count && start + batch <= order.count)
        if isWatched { diagnostics.willUpdate(parameters.base) }
        optimizer.update(parameters.base, along: gradient.base, learningRate: learningRate, scale: 1)
        if isWatched {
          diagnostics.record(
            parameters: parameters.base, gradient: gradient.base, in: workspace, rows: rows.count,
            step: watchesStart ? 0 : epoch, to: sink)
        }
      }
      sink.record("train/loss", sum / Double(order.count), step: epoch)
      guard !validation.isEmpty else { continue }
      network.forward(data.gathered(validation), rows: validation.count, parameters: parameters.base, in: workspace)
      let validationLoss = loss(validation, room.base)
      sink.record("validation/loss", validationLoss, step: epoch)
      if data.isClassification { recordClasses(data, validation, workspace.outputs, epoch, to: sink) }
      if validationLoss < best { (best, bestEpoch) = (validationLoss, epoch) }
      if let earlyStopping, epoch - bestEpoch >= earlyStopping { break }
    }
  }

  private func recordData(_ data: FitRows, to sink: any MetricSink) {
    sink.record("data/training_rows", Double(data.trainingRows), step: 0)
    sink.record("data/validation_rows", Double(data.rows - data.trainingRows), step: 0)
    sink.record("train/epochs", Double(epochs), step: 0)
    guard data.isClassification else {
      let targets = data.targets.prefix(data.trainingRows).map { Double($0) }
      let mean = targets.reduce(0, +) / Double(targets.count)
      let variance = targets.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(targets.count)
      return sink.record("data/baseline_loss", variance, step: 0)
    }
    var counts = Array(repeating: 0, count: data.classes)
    for label in data.labels.prefix(data.trainingRows) { counts[Int(label)] += 1 }
    for (label, count) in counts.enumerated() {
      sink.record(Metric("data/class_count/\(label)"), Double(count), step: 0)
    }
    let shares = counts.filter { $0 > 0 }.map { Double($0) / Double(data.trainingRows) }
    sink.record("data/baseline_loss", shares.reduce(0) { $0 - $1 * log($1) }, step: 0)
  }

  private func recordClasses(
    _ data: FitRows, _ rows: [Int], _ logits: UnsafePointer<Float>, _ epoch: Int, to sink: any MetricSink
  ) {
    let predicted = rows.indices.map { row in
      (0..<data.classes).max { logits[row * data.classes + $0] < logits[row * data.classes + $1] }!
    }
    let matrix = ConfusionMatrix(
      truth: rows.map { Int(data.labels[$0]) }, predicted: predicted, classes: data.classes)
    for label in 0..<data.classes where matrix.support(label) > 0 {
      sink.record(Metric("validation/recall/\(label)"), matrix.recall(label), step: epoch)
      sink.record(Metric("validation/precision/\(label)"), matrix.precision(label), step: epoch)
    }
  }
}

extension FitRows {
  fileprivate func gathered(_ rows: [Int]) -> [Float] { rows.flatMap { x[$0 * width..<($0 + 1) * width] } }
}

/// Shows every point to the default rules.
private final class DebuggedSink: MetricSink {
  var debugger = RuleEngine()
  var findings: [Finding] = []
  func record(_ metric: Metric, _ value: Double, step: Int) {
    findings += debugger.inspect(metric, value, step: step)
  }
  func record(_ episode: Episode, step: Int) {}
}
