import RLCore
import Randomness

/// A state of a few numbers, at most eight.
protocol NumberState {
  static var numberCount: Int { get }
  /// The first `numberCount` count.
  init(numbers: SIMD8<Double>)
  var numbers: SIMD8<Double> { get }
}

/// A world whose state is a few numbers and whose steps draw nothing: a batch of it keeps each number in a column, and a
/// C loop over the columns makes the steps.
protocol NumberWorld: Environment where State: NumberState {
  /// Steps the first `count` environments. `numbers` are the columns, `stride` apart.
  func step(_ count: Int, _ numbers: UnsafeMutablePointer<Double>, stride: Int, _ columns: BatchColumns)

  /// Starts an episode in each of `environments`. The one below will do; it is a requirement so that it is compiled for each
  /// world.
  func reset(
    _ environments: UnsafeBufferPointer<Int32>, _ numbers: UnsafeMutablePointer<Double>, stride: Int,
    _ columns: BatchColumns)
}

extension NumberWorld {
  func reset(
    _ environments: UnsafeBufferPointer<Int32>, _ numbers: UnsafeMutablePointer<Double>, stride: Int,
    _ columns: BatchColumns
  ) {
    for copy in environments {
      let copy = Int(copy)
      let state = reset(using: &columns.generators[copy])
      let values = state.numbers
      for index in 0..<State.numberCount { numbers[index * stride + copy] = values[index] }
      var row = columns.observation(of: copy).mutableSpan
      observe(state, into: &row)
    }
  }

  package func batch(of states: [State]) -> any BatchKernel<State> { ColumnKernel(self, states: states) }
}

/// Copies of a `NumberWorld`, `[K, N]`.
final class ColumnKernel<World: NumberWorld>: BatchKernel {
  private let world: World
  private let count: Int
  private var numbers: [Double]

  init(_ world: World, states: [World.State]) {
    self.world = world
    count = states.count
    numbers = (0..<World.State.numberCount).flatMap { index in states.map { $0.numbers[index] } }
  }

  subscript(copy: Int) -> World.State {
    var values = SIMD8<Double>()
    for index in 0..<World.State.numberCount { values[index] = numbers[index * count + copy] }
    return World.State(numbers: values)
  }

  func step(_ environments: Range<Int>, _ columns: BatchColumns) {
    numbers.withUnsafeMutableBufferPointer { numbers in
      world.step(
        environments.count, numbers.baseAddress! + environments.lowerBound, stride: count,
        columns.from(environments.lowerBound))
    }
  }

  func reset(_ environments: UnsafeBufferPointer<Int32>, _ columns: BatchColumns) {
    numbers.withUnsafeMutableBufferPointer { numbers in
      world.reset(environments, numbers.baseAddress!, stride: count, columns)
    }
  }
}
