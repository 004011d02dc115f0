import RLCore
import Randomness

/// Copies of the taxi world.
final class TaxiKernel: BatchKernel {
  private let world: Taxi
  private let draws: DrawTable
  /// What each copy's state is observed as.
  private var indices: [Int32]
  /// Whether each copy's passenger may still change their mind.
  private var areFickle: [Bool]

  init(_ world: Taxi, _ table: TransitionTable, states: [Taxi.State]) {
    self.world = world
    draws = DrawTable(table)
    indices = states.map { Int32($0.index) }
    areFickle = states.map(\.isFickle)
  }

  subscript(copy: Int) -> Taxi.State { Taxi.State(index: Int(indices[copy]), isFickle: areFickle[copy]) }

  func step(_ environments: Range<Int>, _ columns: BatchColumns) {
    let draws = draws
    indices.withUnsafeMutableBufferPointer { indices in
      areFickle.withUnsafeMutableBufferPointer { areFickle in
        for copy in environments {
          let outcome = draws.draw(
            from: indices[copy], action: columns.actions[copy], using: &columns.generators[copy])
          var next = outcome.nextState
          if areFickle[copy] {
            var state = Taxi.State(index: Int(indices[copy]), isFickle: true)
            Taxi.move(&state, to: Int(next), using: &columns.generators[copy])
            (next, areFickle[copy]) = (Int32(state.index), state.isFickle)
          }
          indices[copy] = next
          columns.observations[copy] = Float(next)
          columns.rewards[copy] = outcome.reward
          columns.endings[copy] = outcome.ending
        }
      }
    }
  }

  func reset(_ environments: UnsafeBufferPointer<Int32>, _ columns: BatchColumns) {
    for copy in environments {
      let copy = Int(copy)
      let state = world.reset(using: &columns.generators[copy])
      (indices[copy], areFickle[copy]) = (Int32(state.index), state.isFickle)
      columns.observations[copy] = Float(state.index)
    }
  }
}
