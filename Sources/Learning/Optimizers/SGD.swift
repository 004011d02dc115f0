import BLASBridge
import CKernels

/// Stochastic gradient descent, with momentum, and Nesterov's look-ahead where asked (Sutskever et al. 2013). Use it where
/// Adam's memory or its adaptive steps are not wanted.
///
/// ```swift
/// var parameters: [Float] = [1, 2]
/// SGD(parameterCount: 2).update(&parameters, along: [2, -2], learningRate: 0.5, scale: 1)
/// print(parameters)  // [0.0, 3.0]
/// ```
public final class SGD: Optimizer {
  public let momentum: Float
  public let usesNesterov: Bool
  private let velocity: FloatBuffer

  public init(parameterCount: Int, momentum: Float = 0, usesNesterov: Bool = false) {
    self.momentum = momentum
    self.usesNesterov = usesNesterov
    velocity = FloatBuffer(count: parameterCount)
  }

  public func update(
    _ parameters: UnsafeMutablePointer<Float>, along gradient: UnsafePointer<Float>, learningRate: Double, scale: Float
  ) {
    rl_sgd_momentum(
      parameters, gradient, velocity.base, velocity.count, Float(learningRate), momentum, usesNesterov ? 1 : 0, scale)
  }

  public func save(into checkpoint: inout Checkpoint, as name: String) {
    checkpoint.set("\(name).velocity", velocity.elements)
  }

  public func load(from checkpoint: Checkpoint, as name: String) throws {
    velocity.elements = try checkpoint.floats("\(name).velocity", count: velocity.count)
  }
}
