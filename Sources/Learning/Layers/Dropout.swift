import Randomness

/// Dropout (Srivastava et al. 2014): in training sets each number to 0 with probability `rate` and divides the rest by
/// 1 − rate; in inference passes everything on. Use it against overfitting on small data sets.
///
/// ```swift
/// let network = Network([Dense(20, 64, activation: .relu), Dropout(64, rate: 0.2), Dense(64, 3)])
/// print(network.layers.count)  // 3
/// ```
public struct Dropout: Layer {
  public let width: Int
  public let rate: Float

  /// Traps unless 0 ≤ rate < 1.
  public init(_ width: Int, rate: Float) {
    guard rate >= 0, rate < 1 else { fatalError("a dropout rate is from 0 to below 1, not \(rate)") }
    self.width = width
    self.rate = rate
  }

  public var inputWidth: Int { width }
  public var outputWidth: Int { width }
  public var parameterShapes: [(name: String, shape: [Int])] { [] }

  /// What every number was multiplied by.
  public func memory(rows: Int) -> Int { rows * width }

  public func initialize(_ parameters: UnsafeMutablePointer<Float>, using generator: inout CounterGenerator) {}

  public func forward(
    _ x: UnsafePointer<Float>, rows: Int, parameters: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>,
    memory: UnsafeMutablePointer<Float>, pass: inout Pass
  ) {
    let scale = 1 / (1 - rate)
    for index in 0..<rows * width {
      memory[index] = pass.isTraining ? (pass.generator.uniform() < rate ? 0 : scale) : 1
      y[index] = x[index] * memory[index]
    }
  }

  public func backward(
    _ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, upstream dy: UnsafeMutablePointer<Float>, rows: Int,
    parameters: UnsafePointer<Float>, gradient: UnsafeMutablePointer<Float>?, into dx: UnsafeMutablePointer<Float>?,
    memory: UnsafePointer<Float>
  ) {
    guard let dx else { return }
    for index in 0..<rows * width { dx[index] = dy[index] * memory[index] }
  }
}
