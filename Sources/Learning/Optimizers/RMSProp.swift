import BLASBridge
import CKernels

/// RMSProp (Tieleman and Hinton 2012): steps divided by a running root mean square of the gradient. Use the form `tensorFlow`
/// to reproduce A2C's published scores, `plain` elsewhere.
///
/// ```swift
/// import BLASBridge
///
/// let (parameters, gradient) = (FloatBuffer(count: 4_610), FloatBuffer(count: 4_610))
/// let optimizer = RMSProp(parameterCount: 4_610, decay: 0.99, epsilon: 1e-5, form: .tensorFlow)
/// let updater = Updater(parameters, along: gradient, by: optimizer, maximumNorm: 0.5)
/// ```
public final class RMSProp: Optimizer {
  /// Where ε stands and what the running mean square starts from.
  public enum Form: String, Sendable, CaseIterable {
    /// ε outside the root, the mean square starts at 0.
    case plain
    /// ε inside the root, the mean square starts at 1: TensorFlow's, which A2C's published scores used.
    case tensorFlow
  }

  public let decay: Float
  public let epsilon: Float
  public let form: Form
  private let meanSquare: FloatBuffer

  public init(parameterCount: Int, decay: Float = 0.99, epsilon: Float = 1e-5, form: Form = .plain) {
    self.decay = decay
    self.epsilon = epsilon
    self.form = form
    meanSquare = FloatBuffer(count: parameterCount)
    if form == .tensorFlow { meanSquare.base.update(repeating: 1, count: parameterCount) }
  }

  public func update(
    _ parameters: UnsafeMutablePointer<Float>, along gradient: UnsafePointer<Float>, learningRate: Double, scale: Float
  ) {
    let (count, rate) = (meanSquare.count, Float(learningRate))
    switch form {
    case .plain: rl_rmsprop(parameters, gradient, meanSquare.base, count, rate, decay, epsilon, scale)
    case .tensorFlow: rl_rmsprop_tf(parameters, gradient, meanSquare.base, count, rate, decay, epsilon, scale)
    }
  }

  public func save(into checkpoint: inout Checkpoint, as name: String) {
    checkpoint.set("\(name).mean_square", meanSquare.elements)
  }

  public func load(from checkpoint: Checkpoint, as name: String) throws {
    meanSquare.elements = try checkpoint.floats("\(name).mean_square", count: meanSquare.count)
  }
}
