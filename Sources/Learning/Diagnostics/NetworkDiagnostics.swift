import BLASBridge
import CKernels
import Telemetry

/// Records how the dense layers of one network are doing, in series that debugger rules and people read. Use it in the update
/// of an algorithm of your own, and the rules for vanishing gradients and dead units watch it too.
///
/// ```swift
/// import BLASBridge
/// import Telemetry
///
/// func update(
///   _ updater: Updater, of network: Network, in workspace: Network.Workspace, diagnostics: NetworkDiagnostics,
///   epoch: Int, reporting sink: any MetricSink
/// ) {
///   diagnostics.willUpdate(updater.parameters.base)
///   updater.update(learningRate: 1e-3)
///   diagnostics.record(
///     parameters: updater.parameters.base, gradient: updater.gradient.base, in: workspace, rows: workspace.rows,
///     step: epoch, to: sink)
/// }
/// ```
///
/// Per dense layer i, named `NAME.i` as in a checkpoint:
///
/// - `weights/NAME.i/norm`: the Euclidean norm of the weights;
/// - `weights/NAME.i/unit_spread`, of two units and more: how far the units' weights are from their mean unit's, as a
///   share of the norm: 0 where all units are alike, about 1 where they are random;
/// - `gradients/NAME.i/norm`: the norm of the weights' gradient;
/// - `updates/NAME.i/ratio`: ‖w − w before‖ / ‖w before‖ of one update; 0 where nothing moved, and not
///   recorded where weights leave zero.
///
/// Where an activation other than the identity follows, and the batch has at least `leastRows` rows, also
///
/// - `activations/NAME.i/variance`: the variance over the first 64 rows, as a mean over the units;
/// - `activations/NAME.i/dead_fraction` (ReLU): the share of units that are 0 on every row;
/// - `activations/NAME.i/saturated_fraction` (tanh, sigmoid): the share of outputs, of the first 64 rows, at which the slope
///   is below 1 % of its greatest.
///
/// A trainer calls `willUpdate` just before an update that is to be recorded and `record` just after it: at the first
/// update of a training, as step 0, and at one full minibatch of every epoch (or iteration) after that. Neither call
/// allocates; both cost about as much as reading the parameters once or twice.
public final class NetworkDiagnostics {
  /// Fewer rows say too little of what a unit does.
  public static let leastRows = 16

  /// The variance and the saturated share are those of the first rows of a batch, at most so many: enough to tell, and
  /// quickly seen.
  static let mostRows = 64

  private let layers: [WatchedLayer]
  private let before: FloatBuffer
  private let columns: FloatBuffer
  private let squares: FloatBuffer

  /// `name`: what the network's checkpoint entries start with, so that several networks of one run differ.
  public init(_ network: Network, name: String = "layers") {
    layers = network.layers.enumerated().compactMap { index, layer in
      guard let dense = layer as? Dense else { return nil }
      return WatchedLayer(dense, index: index, offset: network.parameterOffsets[index], name: "\(name).\(index)")
    }
    before = FloatBuffer(count: network.parameterCount)
    columns = FloatBuffer(count: layers.map(\.units).max() ?? 0)
    squares = FloatBuffer(count: columns.count)
  }

  /// Keeps `parameters`, those of the whole network, as they are before the update that is looked at.
  public func willUpdate(_ parameters: UnsafePointer<Float>) {
    before.base.update(from: parameters, count: before.count)
  }

  /// Records the series of every dense layer at `step`.
  ///
  /// `parameters` are those after the update, `gradient` that of the update, both of the whole network; `workspace`
  /// holds the activations of the `rows` rows that the gradient is of. Traps where the rows do not fit.
  public func record(
    parameters: UnsafePointer<Float>, gradient: UnsafePointer<Float>, in workspace: Network.Workspace, rows: Int,
    step: Int, to sink: any MetricSink
  ) {
    require(rows <= workspace.rows, "\(rows) rows do not fit a workspace for \(workspace.rows)")
    for layer in layers {
      layer.recordWeights(parameters, before: before.base, gradient: gradient, step: step, to: sink)
      guard rows >= Self.leastRows else { continue }
      layer.recordActivations(
        workspace.activations(layer.index), rows: rows, columns: columns.base, squares: squares.base, step: step,
        to: sink)
    }
  }

  /// Records what `sink` watches of the tensors; after `record`, with the same arguments.
  public func recordTensors(
    parameters: UnsafePointer<Float>, gradient: UnsafePointer<Float>, in workspace: Network.Workspace, rows: Int,
    step: Int, to sink: any MetricSink
  ) {
    for layer in layers {
      let (offset, count, name) = (layer.offset, layer.weightCount, layer.name)
      func stretch(_ base: UnsafePointer<Float>) -> UnsafeBufferPointer<Float> { .init(start: base, count: count) }
      sink.record(tensor: "weights/\(name)", stretch(parameters + offset), hasNorm: true, step: step)
      sink.record(tensor: "gradients/\(name)", stretch(gradient + offset), hasNorm: true, step: step)
      // `record` has left the change there.
      sink.record(tensor: "updates/\(name)", stretch(before.base + offset), step: step)
    }
    recordActivations(in: workspace, rows: rows, as: "activations", step: step, to: sink)
  }

  /// Records what `sink` watches of the layers' outputs for `rows` rows, as tensors `kind/NAME.i`.
  public func recordActivations(
    in workspace: Network.Workspace, rows: Int, as kind: String, step: Int, to sink: any MetricSink
  ) {
    for layer in layers {
      sink.record(
        tensor: "\(kind)/\(layer.name)",
        UnsafeBufferPointer(start: workspace.activations(layer.index), count: rows * layer.units), step: step)
    }
  }

  /// The tensors that `recordTensors` knows.
  public var tensors: [String] {
    ["weights", "gradients", "updates", "activations"].flatMap { kind in layers.map { "\(kind)/\($0.name)" } }
  }

  /// The dense layers' names, `NAME.i`.
  public var layerNames: [String] { layers.map(\.name) }
}

/// A dense layer: where its weights lie, and what its series are called.
private struct WatchedLayer {
  let index: Int
  let units: Int
  let name: String
  let offset: Int
  let weightCount: Int
  private let activation: Activation
  private let norm: Metric
  private let unitSpread: Metric
  private let gradientNorm: Metric
  private let updateRatio: Metric
  private let variance: Metric
  private let deadFraction: Metric
  private let saturatedFraction: Metric

  init(_ layer: Dense, index: Int, offset: Int, name: String) {
    self.index = index
    self.offset = offset
    self.name = name
    units = layer.outputWidth
    weightCount = layer.inputWidth * layer.outputWidth
    activation = layer.activation
    norm = Metric("weights/\(name)/norm")
    unitSpread = Metric("weights/\(name)/unit_spread")
    gradientNorm = Metric("gradients/\(name)/norm")
    updateRatio = Metric("updates/\(name)/ratio")
    variance = Metric("activations/\(name)/variance")
    deadFraction = Metric("activations/\(name)/dead_fraction")
    saturatedFraction = Metric("activations/\(name)/saturated_fraction")
  }

  /// Overwrites this layer's part of `before`.
  func recordWeights(
    _ parameters: UnsafePointer<Float>, before: UnsafeMutablePointer<Float>, gradient: UnsafePointer<Float>,
    step: Int, to sink: any MetricSink
  ) {
    let (weights, before) = (parameters + offset, before + offset)
    let oldNorm = rl_sum_of_squares(before, weightCount).squareRoot()
    for i in 0..<weightCount { before[i] = weights[i] - before[i] }
    let change = rl_sum_of_squares(before, weightCount).squareRoot()
    let newNorm = rl_sum_of_squares(weights, weightCount).squareRoot()
    sink.record(norm, newNorm, step: step)
    if units > 1 {
      let distance = distanceFromMeanUnit(weights)
      sink.record(unitSpread, distance == 0 ? 0 : distance / newNorm, step: step)
    }
    sink.record(gradientNorm, rl_sum_of_squares(gradient + offset, weightCount).squareRoot(), step: step)
    if change == 0 || oldNorm != 0 { sink.record(updateRatio, change == 0 ? 0 : change / oldNorm, step: step) }
  }

  /// `columns` and `squares`: room for a number a unit.
  func recordActivations(
    _ y: UnsafePointer<Float>, rows: Int, columns: UnsafeMutablePointer<Float>, squares: UnsafeMutablePointer<Float>,
    step: Int, to sink: any MetricSink
  ) {
    guard activation != .identity else { return }
    let some = min(rows, NetworkDiagnostics.mostRows)
    sink.record(variance, varianceOverRows(y, rows: some, means: columns, squares: squares), step: step)
    switch activation {
    case .relu: sink.record(deadFraction, shareOfZeroColumns(y, rows: rows, sums: columns), step: step)
    // 1 − y² < 0.01, and y (1 − y) < 0.01 / 4.
    case .tanh: sink.record(saturatedFraction, share(y, rows: some) { 1 - $0 * $0 < 0.01 }, step: step)
    case .sigmoid: sink.record(saturatedFraction, share(y, rows: some) { $0 * (1 - $0) < 0.0025 }, step: step)
    case .identity, .gelu, .silu: break
    }
  }

  /// The norm of the weights less the mean over the units; exactly 0 where all units are alike.
  private func distanceFromMeanUnit(_ weights: UnsafePointer<Float>) -> Double {
    var total = 0.0
    for row in 0..<weightCount / units {
      let inputs = weights + row * units
      var (sum, squares) = (0.0, 0.0)
      for unit in 1..<units {
        let distance = Double(inputs[unit]) - Double(inputs[0])
        sum += distance
        squares += distance * distance
      }
      total += max(0, squares - sum * sum / Double(units))
    }
    return total.squareRoot()
  }

  private func varianceOverRows(
    _ y: UnsafePointer<Float>, rows: Int, means: UnsafeMutablePointer<Float>, squares: UnsafeMutablePointer<Float>
  ) -> Double {
    rl_column_sums(y, means, rows, units, 0)
    rl_scale(means, 1 / Float(rows), units)
    squares.update(repeating: 0, count: units)
    // A sum a unit: the units do not wait for one another.
    for row in 0..<rows {
      let outputs = y + row * units
      for unit in 0..<units {
        let distance = outputs[unit] - means[unit]
        squares[unit] += distance * distance
      }
    }
    var sum = 0.0
    for unit in 0..<units { sum += Double(squares[unit]) }
    return sum / Double(rows * units)
  }

  private func shareOfZeroColumns(_ y: UnsafePointer<Float>, rows: Int, sums: UnsafeMutablePointer<Float>) -> Double {
    // No output is negative, so that a sum of 0 is a column of zeros.
    rl_column_sums(y, sums, rows, units, 0)
    var zeros = 0
    for unit in 0..<units where sums[unit] == 0 { zeros += 1 }
    return Double(zeros) / Double(units)
  }

  @inline(__always)
  private func share(_ y: UnsafePointer<Float>, rows: Int, where holds: (Float) -> Bool) -> Double {
    var count: Int32 = 0
    for i in 0..<rows * units { count &+= holds(y[i]) ? 1 : 0 }
    return Double(count) / Double(rows * units)
  }
}
