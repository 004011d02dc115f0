import RLCore
import Randomness

/// Copies of a game of blackjack. Cards are drawn one by one, so that this is a loop over games.
final class BlackjackKernel: BatchKernel {
  private let world: Blackjack
  private var states: [Blackjack.State]

  init(_ world: Blackjack, states: [Blackjack.State]) {
    self.world = world
    self.states = states
  }

  subscript(copy: Int) -> Blackjack.State { states[copy] }

  func step(_ environments: Range<Int>, _ columns: BatchColumns) {
    states.withUnsafeMutableBufferPointer { states in
      for copy in environments {
        let outcome = world.step(
          &states[copy], action: columns.action(of: copy).span, using: &columns.generators[copy])
        columns.rewards[copy] = outcome.reward
        columns.endings[copy] = outcome.ending
        var row = columns.observation(of: copy).mutableSpan
        world.observe(states[copy], into: &row)
      }
    }
  }

  func reset(_ environments: UnsafeBufferPointer<Int32>, _ columns: BatchColumns) {
    states.withUnsafeMutableBufferPointer { states in
      for copy in environments {
        let copy = Int(copy)
        states[copy] = world.reset(using: &columns.generators[copy])
        var row = columns.observation(of: copy).mutableSpan
        world.observe(states[copy], into: &row)
      }
    }
  }
}
