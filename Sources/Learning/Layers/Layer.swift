import Randomness

/// A differentiable step of a network; its parameters are a stretch of a flat buffer that somebody else owns. Conform to it for
/// a layer that ``Dense``, ``LayerNorm`` and ``Dropout`` do not cover, and check its gradient by finite differences.
///
/// ```swift
/// import Randomness
///
/// struct Scale: Layer {
///   let inputWidth: Int
///   var outputWidth: Int { inputWidth }
///   var parameterShapes: [(name: String, shape: [Int])] { [("factor", [1])] }
///   func memory(rows: Int) -> Int { 0 }
///   func initialize(_ parameters: UnsafeMutablePointer<Float>, using generator: inout CounterGenerator) {
///     parameters[0] = 1
///   }
///   func forward(
///     _ x: UnsafePointer<Float>, rows: Int, parameters: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>,
///     memory: UnsafeMutablePointer<Float>, pass: inout Pass
///   ) {
///     for i in 0..<rows * inputWidth { y[i] = parameters[0] * x[i] }
///   }
///   func backward(
///     _ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, upstream dy: UnsafeMutablePointer<Float>, rows: Int,
///     parameters: UnsafePointer<Float>, gradient: UnsafeMutablePointer<Float>?, into dx: UnsafeMutablePointer<Float>?,
///     memory: UnsafePointer<Float>
///   ) {
///     if let gradient { gradient[0] = (0..<rows * inputWidth).reduce(0) { $0 + dy[$1] * x[$1] } }
///     if let dx { for i in 0..<rows * inputWidth { dx[i] = parameters[0] * dy[i] } }
///   }
/// }
/// ```
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

/// What a forward pass is for: training, where layers such as ``Dropout`` draw random numbers, or inference.
///
/// ```swift
/// import Randomness
///
/// var pass = Pass(isTraining: true, generator: CounterGenerator(SeedSequence(1)))
/// print(pass.isTraining, Pass.inference.isTraining)  // true false
/// ```
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
