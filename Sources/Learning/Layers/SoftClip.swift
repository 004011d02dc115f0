import Randomness

/// Compresses each number smoothly to within ± `limit`: x / √(1 + (x / limit)²), which leaves small numbers as they are. Before
/// the first layer it keeps rows that are far from all training rows, such as those of mistaken units, from outputs as far away
/// (Holzmüller et al. 2024, "Better by Default").
package struct SoftClip: Layer {
  package let width: Int
  package let limit: Float

  /// Traps unless the limit is positive and finite.
  package init(_ width: Int, limit: Float) {
    guard limit > 0, limit.isFinite else { fatalError("a limit is positive and finite, not \(limit)") }
    self.width = width
    self.limit = limit
  }

  package var inputWidth: Int { width }
  package var outputWidth: Int { width }
  package var parameterShapes: [(name: String, shape: [Int])] { [] }

  package func memory(rows: Int) -> Int { 0 }

  package func initialize(_ parameters: UnsafeMutablePointer<Float>, using generator: inout CounterGenerator) {}

  /// The largest share of the limit whose square is a number.
  static let largest: Float = 1e9

  package func forward(
    _ x: UnsafePointer<Float>, rows: Int, parameters: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>,
    memory: UnsafeMutablePointer<Float>, pass: inout Pass
  ) {
    for index in 0..<rows * width {
      let share = min(max(x[index] / limit, -Self.largest), Self.largest)
      y[index] = limit * share / (1 + share * share).squareRoot()
    }
  }

  package func backward(
    _ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, upstream dy: UnsafeMutablePointer<Float>, rows: Int,
    parameters: UnsafePointer<Float>, gradient: UnsafeMutablePointer<Float>?, into dx: UnsafeMutablePointer<Float>?,
    memory: UnsafePointer<Float>
  ) {
    guard let dx else { return }
    for index in 0..<rows * width {
      let share = min(max(x[index] / limit, -Self.largest), Self.largest)
      let inverse = 1 / (1 + share * share)
      dx[index] = dy[index] * inverse * inverse.squareRoot()
    }
  }
}
