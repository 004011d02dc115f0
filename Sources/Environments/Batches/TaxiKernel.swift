import RLCore
import Randomness

/// Taxi environments.
final class TaxiKernel: BatchKernel {
  private let environment: Taxi
  private let draws: DrawTable
  /// What each environment's state is observed as.
  private var indices: [Int32]
  /// Whether each environment's passenger may still change their mind.
  private var areFickle: [Bool]

  init(_ environment: Taxi, _ table: TransitionTable, states: [Taxi.State]) {
    self.environment = environment
    draws = DrawTable(table)
    indices = states.map { Int32($0.index) }
    areFickle = states.map(\.isFickle)
  }

  subscript(index: Int) -> Taxi.State { Taxi.State(index: Int(indices[index]), isFickle: areFickle[index]) }

  func step(
    _ environments: Range<Int>, actions: Span<Float>, using generators: inout [PCG64], into batch: inout StepBatch
  ) {
    guard environment.hasFicklePassengers else {
      return draws.step(environments, from: &indices, actions: actions, using: &generators, into: &batch)
    }
    let draws = draws
    indices.withUnsafeMutableBufferPointer { indices in
      areFickle.withUnsafeMutableBufferPointer { areFickle in
        batch.step(environments, using: &generators) { index, generator, observation in
          let drawn = draws.draw(from: indices[index], action: actions[index], using: &generator)
          var next = drawn.nextState
          if areFickle[index] {
            var state = Taxi.State(index: Int(indices[index]), isFickle: true)
            Taxi.move(&state, to: Int(next), using: &generator)
            (next, areFickle[index]) = (Int32(state.index), state.isFickle)
          }
          indices[index] = next
          observation[0] = Float(next)
          return Outcome(reward: drawn.reward, ending: drawn.ending)
        }
      }
    }
  }

  func reset(_ environments: Span<Int32>, using generators: inout [PCG64], into batch: inout StepBatch) {
    batch.reset(environments, using: &generators) { index, generator, observation in
      let state = environment.reset(using: &generator)
      (indices[index], areFickle[index]) = (Int32(state.index), state.isFickle)
      observation[0] = Float(state.index)
    }
  }
}
