import BLASBridge
import CKernels

/// Adam (Kingma and Ba 2015, algorithm 1), with bias correction: the optimizer to begin with. With weight decay it is AdamW
/// (Loshchilov and Hutter 2019, algorithm 2): parameters shrink by learning rate × decay, apart from the gradient.
///
/// ```swift
/// var parameters: [Float] = [1]
/// let adam = Adam(parameterCount: 1)
/// for _ in 0..<200 {
///   let gradient = [2 * parameters[0]]  // of x²
///   adam.update(&parameters, along: gradient, learningRate: 0.05, scale: 1)
/// }
/// print(abs(parameters[0]) < 0.01)  // true
/// ```
public final class Adam: Optimizer {
  public let beta1: Float
  public let beta2: Float
  /// Added to the root of the second moment; reinforcement learning's usual value is 1e-5.
  public let epsilon: Float
  public let weightDecay: Float
  private let firstMoment: FloatBuffer
  private let secondMoment: FloatBuffer
  private var updates = 0

  public init(
    parameterCount: Int, beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-8,
    weightDecay: Float = 0
  ) {
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.weightDecay = weightDecay
    firstMoment = FloatBuffer(count: parameterCount)
    secondMoment = FloatBuffer(count: parameterCount)
  }

  public func update(
    _ parameters: UnsafeMutablePointer<Float>, along gradient: UnsafePointer<Float>, learningRate: Double, scale: Float
  ) {
    updates += 1
    let correction1 = 1 - power(Double(beta1), updates)
    let correction2 = (1 - power(Double(beta2), updates)).squareRoot()
    rl_adamw(
      parameters, gradient, firstMoment.base, secondMoment.base, firstMoment.count,
      Float(learningRate * correction2 / correction1), beta1, beta2, Float(Double(epsilon) * correction2), scale,
      Float(1 - learningRate * Double(weightDecay)))
  }

  public func save(into checkpoint: inout Checkpoint, as name: String) {
    checkpoint.set("\(name).first_moment", firstMoment.elements)
    checkpoint.set("\(name).second_moment", secondMoment.elements)
    checkpoint.set("\(name).updates", [updates])
  }

  public func load(from checkpoint: Checkpoint, as name: String) throws {
    firstMoment.elements = try checkpoint.floats("\(name).first_moment", count: firstMoment.count)
    secondMoment.elements = try checkpoint.floats("\(name).second_moment", count: secondMoment.count)
    updates = try checkpoint.integers("\(name).updates", count: 1)[0]
  }

  /// By repeated squaring: the same bits on every machine, which libm's pow does not promise.
  private func power(_ base: Double, _ exponent: Int) -> Double {
    var (result, square, rest) = (1.0, base, exponent)
    while rest > 0 {
      if rest & 1 == 1 { result *= square }
      square *= square
      rest >>= 1
    }
    return result
  }
}
