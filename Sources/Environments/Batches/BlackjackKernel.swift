import RLCore
import Randomness

/// Games of blackjack. Cards are drawn one by one, so that this is a loop over games.
final class BlackjackKernel: BatchKernel {
  private let environment: Blackjack
  private var states: [Blackjack.State]

  init(_ environment: Blackjack, states: [Blackjack.State]) {
    self.environment = environment
    self.states = states
  }

  subscript(index: Int) -> Blackjack.State { states[index] }

  func step(
    _ environments: Range<Int>, actions: Span<Float>, using generators: inout [PCG64], into batch: inout StepBatch
  ) {
    states.withUnsafeMutableBufferPointer { states in
      batch.step(environments, using: &generators) { index, generator, observation in
        let action = actions.extracting(index..<index + 1)
        let outcome = environment.step(&states[index], action: action, using: &generator)
        environment.observe(states[index], into: &observation)
        return outcome
      }
    }
  }

  func reset(_ environments: Span<Int32>, using generators: inout [PCG64], into batch: inout StepBatch) {
    states.withUnsafeMutableBufferPointer { states in
      batch.reset(environments, using: &generators) { index, generator, observation in
        states[index] = environment.reset(using: &generator)
        environment.observe(states[index], into: &observation)
      }
    }
  }
}
