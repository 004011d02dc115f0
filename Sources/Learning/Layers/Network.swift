import BLASBridge
import Randomness

/// Layers one after the other. Use it for the policy, the value function or the model of an algorithm of your own: it computes
/// outputs and, from the gradient by them, that by its parameters, which lie in one flat buffer of the caller.
///
/// ```swift
/// import BLASBridge
/// import Randomness
///
/// let network = Network([Dense(4, 64, activation: .tanh), Dense(64, 2)])
/// let parameters = FloatBuffer(count: network.parameterCount)
/// var generator = CounterGenerator(SeedSequence(1))
/// network.initialize(parameters.base, using: &generator)
///
/// let workspace = network.makeWorkspace(rows: 1)
/// let outputs = network.forward([0.1, 0, -0.2, 0], rows: 1, parameters: parameters.base, in: workspace)
/// print(network.parameterCount, outputs[0].isFinite)  // 450 true
/// ```
public struct Network: Sendable {
  public let layers: [any Layer]
  /// Where each layer's parameters start in the stretch.
  let parameterOffsets: [Int]
  public let parameterCount: Int
  /// The first layer with parameters; as many as there are layers where none has.
  private let firstTrained: Int

  /// Traps where a layer's output does not fit the next one's input, or there is no layer.
  public init(_ layers: [any Layer]) {
    require(!layers.isEmpty, "a network needs at least one layer")
    var offsets: [Int] = []
    var offset = 0
    for (index, layer) in layers.enumerated() {
      if index > 0 {
        require(
          layers[index - 1].outputWidth == layer.inputWidth,
          "layer \(index) takes \(layer.inputWidth) numbers, the one before it gives \(layers[index - 1].outputWidth)")
      }
      offsets.append(offset)
      offset += layer.parameterCount
    }
    self.layers = layers
    parameterOffsets = offsets
    parameterCount = offset
    firstTrained = layers.firstIndex { $0.parameterCount > 0 } ?? layers.count
  }

  /// A multilayer perceptron: `widths` from input to output, `hidden` after every layer but the last, which gets
  /// `output`. Weights start by `initializer`; without one they are orthogonal, with gain √2 in hidden layers and
  /// `outputGain` in the last.
  public init(
    widths: [Int], hidden: Activation, output: Activation = .identity, outputGain: Float = 1,
    initializer: Initializer? = nil
  ) {
    require(widths.count >= 2, "a network needs an input and an output width, not \(widths)")
    self.init(
      (1..<widths.count).map {
        let isLast = $0 == widths.count - 1
        return Dense(
          widths[$0 - 1], widths[$0], activation: isLast ? output : hidden,
          initializer: initializer ?? .orthogonal(gain: isLast ? outputGain : Float(2).squareRoot()))
      })
  }

  public var inputWidth: Int { layers[0].inputWidth }
  public var outputWidth: Int { layers[layers.count - 1].outputWidth }

  /// Every layer's own initial parameters.
  public func initialize(_ parameters: UnsafeMutablePointer<Float>, using generator: inout CounterGenerator) {
    for (index, layer) in layers.enumerated() {
      layer.initialize(parameters + parameterOffsets[index], using: &generator)
    }
  }

  /// Memory for the activations and their gradients of up to `rows` rows.
  public func makeWorkspace(rows: Int) -> Workspace { Workspace(self, rows: rows) }

  /// `x [rows, inputWidth]` → outputs `[rows, outputWidth]`, valid until the workspace is used again.
  @discardableResult
  public func forward(
    _ x: UnsafePointer<Float>, rows: Int, parameters: UnsafePointer<Float>, in workspace: Workspace
  ) -> UnsafeMutablePointer<Float> {
    var pass = Pass.inference
    return forward(x, rows: rows, parameters: parameters, in: workspace, pass: &pass)
  }

  /// As above, for training or not.
  @discardableResult
  public func forward(
    _ x: UnsafePointer<Float>, rows: Int, parameters: UnsafePointer<Float>, in workspace: Workspace, pass: inout Pass
  ) -> UnsafeMutablePointer<Float> {
    require(rows <= workspace.rows, "\(rows) rows do not fit a workspace for \(workspace.rows)")
    var input = x
    for index in layers.indices {
      let output = workspace.activations(index)
      layers[index].forward(
        input, rows: rows, parameters: parameters + parameterOffsets[index], into: output,
        memory: workspace.memory(index), pass: &pass)
      input = UnsafePointer(output)
    }
    return workspace.outputs
  }

  /// Outputs `[rows, outputWidth]` of any number of rows, in chunks of as many as the workspace has.
  public func forward(
    _ x: UnsafePointer<Float>, rows: Int, parameters: UnsafePointer<Float>, in workspace: Workspace,
    into outputs: UnsafeMutablePointer<Float>
  ) {
    var start = 0
    while start < rows {
      let count = min(workspace.rows, rows - start)
      let chunk = forward(x + start * inputWidth, rows: count, parameters: parameters, in: workspace)
      (outputs + start * outputWidth).update(from: chunk, count: count * outputWidth)
      start += count
    }
  }

  /// After `forward` on the same `x`: from the gradient by the outputs, which the caller has written to
  /// `workspace.outputGradient`, to the parameters' gradient (overwritten) and to that by `x`, each where asked for.
  public func backward(
    _ x: UnsafePointer<Float>, rows: Int, parameters: UnsafePointer<Float>, in workspace: Workspace,
    gradient: UnsafeMutablePointer<Float>?, into dx: UnsafeMutablePointer<Float>? = nil
  ) {
    // Without parameters and not asked for, the first layers' gradients are of no use.
    let first = dx == nil ? firstTrained : 0
    for index in layers.indices[first...].reversed() {
      let input = index == 0 ? x : UnsafePointer(workspace.activations(index - 1))
      layers[index].backward(
        input, workspace.activations(index), upstream: workspace.gradients(index), rows: rows,
        parameters: parameters + parameterOffsets[index], gradient: gradient.map { $0 + parameterOffsets[index] },
        into: index == first ? dx : workspace.gradients(index - 1), memory: workspace.memory(index))
    }
  }

  /// Copies what `forward` has left of these rows to the beginning of another workspace, whose `backward` is then of them alone:
  /// for when the gradient by the outputs of all others is 0. Traps where a layer is not ``Dense``.
  package func copy(_ rows: UnsafeBufferPointer<Int>, of workspace: Workspace, to other: Workspace) {
    require(layers.allSatisfy { $0 is Dense }, "a layer keeps more than numbers of each row")
    require(rows.count <= other.rows, "\(rows.count) rows do not fit a workspace for \(other.rows)")
    func copy(_ from: UnsafeMutablePointer<Float>, _ to: UnsafeMutablePointer<Float>, width: Int) {
      for (place, row) in rows.enumerated() { (to + place * width).update(from: from + row * width, count: width) }
    }
    for (index, layer) in layers.enumerated() {
      copy(workspace.activations(index), other.activations(index), width: layer.outputWidth)
      copy(workspace.memory(index), other.memory(index), width: layer.memory(rows: 1))
    }
  }

  /// The activations of one network for one batch at a time. Make one per thread and batch size, once, and use it for every pass
  /// of that size: passes allocate nothing.
  ///
  /// ```swift
  /// import BLASBridge
  ///
  /// let network = Network([Dense(1, 1)])
  /// let (parameters, gradient) = (FloatBuffer(count: 2), FloatBuffer(count: 2))
  /// let (workspace, x): (Network.Workspace, [Float]) = (network.makeWorkspace(rows: 2), [1, 2])
  /// network.forward(x, rows: 2, parameters: parameters.base, in: workspace)
  /// for row in 0..<2 { workspace.outputGradient[row] = 1 }
  /// network.backward(x, rows: 2, parameters: parameters.base, in: workspace, gradient: gradient.base)
  /// print(gradient.elements)  // [3.0, 2.0]
  /// ```
  public final class Workspace {
    public let rows: Int
    private let buffer: FloatBuffer
    private let activationOffsets: [Int]
    private let memoryOffsets: [Int]
    private let size: Int

    fileprivate init(_ network: Network, rows: Int) {
      self.rows = rows
      func offsets(_ sizes: [Int], from start: Int) -> (offsets: [Int], end: Int) {
        var offset = start
        let offsets = sizes.map { size in
          defer { offset += (size + 15) & ~15 }
          return offset
        }
        return (offsets, offset)
      }
      (activationOffsets, size) = offsets(network.layers.map { rows * $0.outputWidth }, from: 0)
      let end: Int
      (memoryOffsets, end) = offsets(network.layers.map { $0.memory(rows: rows) }, from: 2 * size)
      buffer = FloatBuffer(count: end)
    }

    /// What layer `layer` gave: `[rows, its outputWidth]`.
    public func activations(_ layer: Int) -> UnsafeMutablePointer<Float> { buffer.base + activationOffsets[layer] }
    fileprivate func gradients(_ layer: Int) -> UnsafeMutablePointer<Float> {
      buffer.base + size + activationOffsets[layer]
    }
    fileprivate func memory(_ layer: Int) -> UnsafeMutablePointer<Float> { buffer.base + memoryOffsets[layer] }

    /// `[rows, outputWidth]`, as the last `forward` left them.
    public var outputs: UnsafeMutablePointer<Float> { activations(activationOffsets.count - 1) }
    /// `[rows, outputWidth]`: where the gradient by the outputs is to be written before `backward`.
    public var outputGradient: UnsafeMutablePointer<Float> { gradients(activationOffsets.count - 1) }
  }
}
