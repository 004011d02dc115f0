import BLASBridge
import CKernels

/// Takes one flat buffer of parameters along its gradient: the gradient is clipped, then the optimizer takes its step. Use it in
/// the update of an agent or a model of your own: fill `gradient`, then call `update`.
///
/// ```swift
/// import BLASBridge
///
/// let (parameters, gradient) = (FloatBuffer(count: 1), FloatBuffer(count: 1))
/// let updater = Updater(parameters, along: gradient, by: SGD(parameterCount: 1), maximumNorm: 1)
/// gradient.base[0] = -4
/// print(updater.update(learningRate: 0.5))  // 4.0
/// print((parameters.elements[0] * 1000).rounded() / 1000)  // 0.5
/// ```
public final class Updater {
  public let parameters: FloatBuffer
  public let gradient: FloatBuffer
  /// The global norm that gradients are clipped to; nil: not clipped.
  public let maximumNorm: Double?
  private let optimizer: any Optimizer

  /// Traps where `parameters` and `gradient` differ in size.
  public init(
    _ parameters: FloatBuffer, along gradient: FloatBuffer, by optimizer: any Optimizer, maximumNorm: Double? = nil
  ) {
    require(
      parameters.count == gradient.count, "\(parameters.count) parameters have a gradient of \(gradient.count) numbers")
    self.parameters = parameters
    self.gradient = gradient
    self.optimizer = optimizer
    self.maximumNorm = maximumNorm
  }

  /// One update; returns the gradient's Euclidean norm before it is clipped, 0 where none is asked for since gradients are
  /// not clipped.
  @discardableResult
  public func update(learningRate: Double) -> Double {
    var (norm, scale) = (0.0, Float(1))
    if let maximumNorm {
      (norm, scale) = globalNormClipping(gradient.base, count: gradient.count, maximum: maximumNorm)
    }
    optimizer.update(parameters.base, along: gradient.base, learningRate: learningRate, scale: scale)
    return norm
  }

  /// The Euclidean norm of the gradient.
  public var gradientNorm: Double { rl_sum_of_squares(gradient.base, gradient.count).squareRoot() }

  /// Adds what decides the following updates, besides the parameters, under names that start with `name`.
  public func save(into checkpoint: inout Checkpoint, as name: String) { optimizer.save(into: &checkpoint, as: name) }

  /// Loads what `save` wrote. Throws `CheckpointError` where it does not fit.
  public func load(from checkpoint: Checkpoint, as name: String) throws {
    try optimizer.load(from: checkpoint, as: name)
  }
}
