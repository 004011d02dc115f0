import RLCore
import Randomness

/// Copies of a world that is nothing but a table.
final class TabularKernel: BatchKernel {
  private let table: TransitionTable
  private let draws: DrawTable
  /// The state of each copy.
  private var indices: [Int32]

  init(_ table: TransitionTable, states: [TabularEnvironment.State]) {
    self.table = table
    draws = DrawTable(table)
    indices = states.map { Int32($0.index) }
  }

  subscript(copy: Int) -> TabularEnvironment.State { TabularEnvironment.State(index: Int(indices[copy])) }

  func step(_ environments: Range<Int>, _ columns: BatchColumns) {
    let draws = draws
    indices.withUnsafeMutableBufferPointer { indices in
      for copy in environments {
        let outcome = draws.draw(
          from: indices[copy], action: columns.actions[copy], using: &columns.generators[copy])
        indices[copy] = outcome.nextState
        columns.observations[copy] = Float(outcome.nextState)
        columns.rewards[copy] = outcome.reward
        columns.endings[copy] = outcome.ending
      }
    }
  }

  func reset(_ environments: UnsafeBufferPointer<Int32>, _ columns: BatchColumns) {
    for copy in environments {
      let copy = Int(copy)
      let start = table.drawStart(using: &columns.generators[copy])
      indices[copy] = Int32(start)
      columns.observations[copy] = Float(start)
    }
  }
}
