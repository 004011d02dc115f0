import BLASBridge
import CKernels
import Randomness

/// A fully connected layer: y = activation(x · W + b), with `weight` W `[inputWidth, outputWidth]` and `bias` b
/// `[outputWidth]`. Use it for the layers of a ``Network`` over vectors.
///
/// ```swift
/// let layer = Dense(8, 64, activation: .relu, initializer: .kaimingNormal)
/// print(layer.parameterCount, layer.parameterShapes.map(\.shape))  // 576 [[8, 64], [64]]
/// ```
public struct Dense: Layer {
  public let inputWidth: Int
  public let outputWidth: Int
  public let activation: Activation
  public let initializer: Initializer

  public init(
    _ inputWidth: Int, _ outputWidth: Int, activation: Activation = .identity, initializer: Initializer = .xavierUniform
  ) {
    self.inputWidth = inputWidth
    self.outputWidth = outputWidth
    self.activation = activation
    self.initializer = initializer
  }

  public var parameterShapes: [(name: String, shape: [Int])] {
    [("weight", [inputWidth, outputWidth]), ("bias", [outputWidth])]
  }

  private var biasOffset: Int { inputWidth * outputWidth }

  public func memory(rows: Int) -> Int { activation.needsInput ? rows * outputWidth : 0 }

  public func initialize(_ parameters: UnsafeMutablePointer<Float>, using generator: inout CounterGenerator) {
    initializer.fill(parameters, inputs: inputWidth, outputs: outputWidth, using: &generator)
    initializer.fillBiases(parameters + biasOffset, inputs: inputWidth, outputs: outputWidth, using: &generator)
  }

  public func forward(
    _ x: UnsafePointer<Float>, rows: Int, parameters: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>,
    memory: UnsafeMutablePointer<Float>, pass: inout Pass
  ) {
    BLAS.gemm(
      m: rows, n: outputWidth, k: inputWidth, x, lda: inputWidth, parameters, ldb: outputWidth, y, ldc: outputWidth)
    let bias = parameters + biasOffset
    switch activation {
    case .identity: rl_bias(y, bias, y, rows, outputWidth)
    case .tanh: rl_bias_tanh(y, bias, y, rows, outputWidth)
    case .relu: rl_bias_relu(y, bias, y, rows, outputWidth)
    case .sigmoid: rl_bias_sigmoid(y, bias, y, rows, outputWidth)
    case .gelu:
      rl_bias(y, bias, memory, rows, outputWidth)
      rl_gelu(memory, y, rows * outputWidth)
    case .silu:
      rl_bias(y, bias, memory, rows, outputWidth)
      rl_silu(memory, y, rows * outputWidth)
    }
  }

  public func backward(
    _ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, upstream dy: UnsafeMutablePointer<Float>, rows: Int,
    parameters: UnsafePointer<Float>, gradient: UnsafeMutablePointer<Float>?, into dx: UnsafeMutablePointer<Float>?,
    memory: UnsafePointer<Float>
  ) {
    // First to the gradient before the activation, in place.
    let count = rows * outputWidth
    if let gradient {
      // With its sums over the rows: the bias's gradient.
      let biasGradient = gradient + biasOffset
      switch activation {
      case .identity: rl_column_sums(dy, biasGradient, rows, outputWidth, 0)
      case .tanh: rl_bias_tanh_backward(y, dy, dy, biasGradient, rows, outputWidth, 0)
      case .relu: rl_bias_relu_backward(y, dy, dy, biasGradient, rows, outputWidth, 0)
      case .sigmoid: rl_bias_sigmoid_backward(y, dy, dy, biasGradient, rows, outputWidth, 0)
      case .gelu:
        rl_gelu_backward(memory, dy, dy, count)
        rl_column_sums(dy, biasGradient, rows, outputWidth, 0)
      case .silu:
        rl_silu_backward(memory, dy, dy, count)
        rl_column_sums(dy, biasGradient, rows, outputWidth, 0)
      }
      BLAS.gemm(
        transposeA: true, m: inputWidth, n: outputWidth, k: rows, x, lda: inputWidth, dy, ldb: outputWidth,
        gradient, ldc: outputWidth)
    } else {
      switch activation {
      case .identity: break
      case .tanh: rl_tanh_backward(y, dy, dy, count)
      case .relu: rl_relu_backward(y, dy, dy, count)
      case .sigmoid: rl_sigmoid_backward(y, dy, dy, count)
      case .gelu: rl_gelu_backward(memory, dy, dy, count)
      case .silu: rl_silu_backward(memory, dy, dy, count)
      }
    }
    if let dx {
      BLAS.gemm(
        transposeB: true, m: rows, n: inputWidth, k: outputWidth, dy, lda: outputWidth, parameters, ldb: outputWidth,
        dx, ldc: inputWidth)
    }
  }
}
