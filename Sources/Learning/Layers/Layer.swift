import Randomness

/// A differentiable step of a network; its parameters are a stretch of a flat buffer that somebody else owns.
public protocol Layer: Sendable {
  var inputWidth: Int { get }
  var outputWidth: Int { get }
  /// Names and shapes of the parameters, in the order in which they lie in the stretch.
  var parameterShapes: [(name: String, shape: [Int])] { get }
  /// Floats that `forward` keeps for `backward`, besides its input and output, for a batch of `rows`.
  func memory(rows: Int) -> Int

  /// The parameters a training starts from.
  func initialize(_ parameters: UnsafeMutablePointer<Float>, using generator: inout CounterGenerator)

  /// `x [rows, inputWidth]` → `y [rows, outputWidth]`.
  func forward(
    _ x: UnsafePointer<Float>, rows: Int, parameters: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>,
    memory: UnsafeMutablePointer<Float>, pass: inout Pass)

  /// From `dy`, the gradient of the loss by `y`, to the parameters' gradient (overwritten) and to the gradient by `x`,
  /// each where it is asked for. May overwrite `dy`.
  func backward(
    _ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, upstream dy: UnsafeMutablePointer<Float>, rows: Int,
    parameters: UnsafePointer<Float>, gradient: UnsafeMutablePointer<Float>?, into dx: UnsafeMutablePointer<Float>?,
    memory: UnsafePointer<Float>)
}

/// What a forward pass is for.
public struct Pass: Sendable {
  /// Dropout drops in training only.
  public var isTraining: Bool
  public var generator: CounterGenerator

  public init(isTraining: Bool, generator: CounterGenerator) {
    self.isTraining = isTraining
    self.generator = generator
  }

  /// Not for training; draws nothing.
  public static let inference = Pass(isTraining: false, generator: CounterGenerator(SeedSequence(0)))
}

extension Layer {
  public var parameterCount: Int { parameterShapes.reduce(0) { $0 + $1.shape.reduce(1, *) } }
}
