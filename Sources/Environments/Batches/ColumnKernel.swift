import RLCore
import Randomness

/// A state of a few numbers, at most eight.
protocol NumberState {
  static var numberCount: Int { get }
  /// The first `numberCount` count.
  init(numbers: SIMD8<Double>)
  var numbers: SIMD8<Double> { get }
}

/// An environment whose state is a few numbers and whose steps draw nothing: a batch of it keeps each number in a
/// column, and a C loop over the columns makes the steps.
protocol NumberEnvironment: Environment where State: NumberState {
  func step(_ rows: NumberRows)

  /// Starts an episode in each of `environments`. The one below will do; it is a requirement so that it is compiled for
  /// each environment.
  func reset(
    _ environments: Span<Int32>, _ numbers: inout [Double], using generators: inout [PCG64],
    into batch: inout StepBatch)
}

/// What such a C loop reads and writes, from the row of the first of `count` environments on.
struct NumberRows {
  /// The columns of the states, `stride` apart.
  let numbers: UnsafeMutablePointer<Double>
  let stride: Int
  let actions: UnsafePointer<Float>
  let observations: UnsafeMutablePointer<Float>
  let rewards: UnsafeMutablePointer<Double>
  let endings: UnsafeMutablePointer<UInt8>
  let count: Int
}

extension NumberEnvironment {
  func reset(
    _ environments: Span<Int32>, _ numbers: inout [Double], using generators: inout [PCG64],
    into batch: inout StepBatch
  ) {
    let stride = batch.count
    numbers.withUnsafeMutableBufferPointer { numbers in
      batch.reset(environments, using: &generators) { index, generator, observation in
        let state = reset(using: &generator)
        let values = state.numbers
        for number in 0..<State.numberCount { numbers[number * stride + index] = values[number] }
        observe(state, into: &observation)
      }
    }
  }

  package func batch(of states: [State]) -> any BatchKernel<State> { ColumnKernel(self, states: states) }
}

/// Environments of a `NumberEnvironment`, `[K, N]`.
final class ColumnKernel<World: NumberEnvironment>: BatchKernel {
  private let environment: World
  private let count: Int
  private var numbers: [Double]

  init(_ environment: World, states: [World.State]) {
    self.environment = environment
    count = states.count
    numbers = (0..<World.State.numberCount).flatMap { index in states.map { $0.numbers[index] } }
  }

  subscript(index: Int) -> World.State {
    var values = SIMD8<Double>()
    for number in 0..<World.State.numberCount { values[number] = numbers[number * count + index] }
    return World.State(numbers: values)
  }

  func step(
    _ environments: Range<Int>, actions: Span<Float>, using generators: inout [PCG64], into batch: inout StepBatch
  ) {
    let (first, stride) = (environments.lowerBound, count)
    let (width, actionWidth) = (batch.observations.count / stride, actions.count / stride)
    numbers.withUnsafeMutableBufferPointer { numbers in
      actions.withUnsafeBufferPointer { actions in
        batch.observations.withUnsafeMutableBufferPointer { observations in
          batch.rewards.withUnsafeMutableBufferPointer { rewards in
            batch.endings.withCodes { endings in
              environment.step(
                NumberRows(
                  numbers: numbers.baseAddress! + first, stride: stride,
                  actions: actions.baseAddress! + first * actionWidth,
                  observations: observations.baseAddress! + first * width, rewards: rewards.baseAddress! + first,
                  endings: endings + first, count: environments.count))
            }
          }
        }
      }
    }
  }

  func reset(_ environments: Span<Int32>, using generators: inout [PCG64], into batch: inout StepBatch) {
    environment.reset(environments, &numbers, using: &generators, into: &batch)
  }
}
