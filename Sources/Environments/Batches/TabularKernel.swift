import RLCore
import Randomness

/// Environments that are nothing but a table.
final class TabularKernel: BatchKernel {
  private let table: TransitionTable
  private let draws: DrawTable
  /// The state of each environment.
  private var indices: [Int32]

  init(_ table: TransitionTable, states: [TabularEnvironment.State]) {
    self.table = table
    draws = DrawTable(table)
    indices = states.map { Int32($0.index) }
  }

  subscript(index: Int) -> TabularEnvironment.State { TabularEnvironment.State(index: Int(indices[index])) }

  func step(
    _ environments: Range<Int>, actions: Span<Float>, using generators: inout [PCG64], into batch: inout StepBatch
  ) {
    draws.step(environments, from: &indices, actions: actions, using: &generators, into: &batch)
  }

  func reset(_ environments: Span<Int32>, using generators: inout [PCG64], into batch: inout StepBatch) {
    indices.withUnsafeMutableBufferPointer { indices in
      batch.reset(environments, using: &generators) { index, generator, observation in
        let start = table.drawStart(using: &generator)
        indices[index] = Int32(start)
        observation[0] = Float(start)
      }
    }
  }
}
