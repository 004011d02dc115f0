import CKernels
import Randomness

/// Layer normalisation: y = gain · (x − mean) / √(variance + ε) + bias over each row (Ba, Kiros and Hinton 2016), `gain` and
/// `bias` `[width]`. Put it between dense layers where activations drift as a network trains.
///
/// ```swift
/// let critic = Network([Dense(12, 256), LayerNorm(256), Dense(256, 1, activation: .identity)])
/// print(critic.inputWidth, critic.outputWidth)  // 12 1
/// ```
public struct LayerNorm: Layer {
  public let width: Int
  public let epsilon: Float

  public init(_ width: Int, epsilon: Float = 1e-5) {
    self.width = width
    self.epsilon = epsilon
  }

  public var inputWidth: Int { width }
  public var outputWidth: Int { width }
  public var parameterShapes: [(name: String, shape: [Int])] { [("gain", [width]), ("bias", [width])] }

  /// Mean and inverse standard deviation of every row.
  public func memory(rows: Int) -> Int { 2 * rows }

  public func initialize(_ parameters: UnsafeMutablePointer<Float>, using generator: inout CounterGenerator) {
    parameters.update(repeating: 1, count: width)
    (parameters + width).update(repeating: 0, count: width)
  }

  public func forward(
    _ x: UnsafePointer<Float>, rows: Int, parameters: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>,
    memory: UnsafeMutablePointer<Float>, pass: inout Pass
  ) {
    rl_layer_norm(x, parameters, parameters + width, epsilon, y, memory, memory + rows, rows, width)
  }

  public func backward(
    _ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, upstream dy: UnsafeMutablePointer<Float>, rows: Int,
    parameters: UnsafePointer<Float>, gradient: UnsafeMutablePointer<Float>?, into dx: UnsafeMutablePointer<Float>?,
    memory: UnsafePointer<Float>
  ) {
    // The kernel computes both; on the stack where the parameters' is not wanted.
    withUnsafeTemporaryAllocation(of: Float.self, capacity: gradient == nil ? 2 * width : 0) { unwanted in
      let gradient = gradient ?? unwanted.baseAddress!
      gradient.update(repeating: 0, count: 2 * width)
      rl_layer_norm_backward(
        x, parameters, memory, memory + rows, dy, dx ?? dy, gradient, gradient + width, rows, width)
    }
  }
}
