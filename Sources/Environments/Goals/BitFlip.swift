import RLCore
import Randomness

/// Bits to be made equal to others, one flip a step: the smallest environment in which rewards are too rare to learn from without
/// hindsight (Andrychowicz et al. 2017, section 3.1).
///
/// −1 a step, 0 for the one that reaches the goal, which ends the episode; the limit is the number of bits.
package struct BitFlip: GoalEnvironment {
  package struct State: Sendable, Codable, Hashable {
    /// A bit each, from the lowest.
    package var bits, goal: UInt64
  }

  package let specification: EnvironmentSpecification
  let bits: Int

  /// Traps unless there are 1 to 64 bits.
  init(id: String, bits: Int) {
    precondition((1...64).contains(bits), "\(id): \(bits) bits")
    self.bits = bits
    specification = EnvironmentSpecification(
      id: id, observationSpace: .goals(.multiBinary(bits), observation: .multiBinary(bits)),
      actionSpace: .discrete(count: bits), timeLimit: bits)
  }

  /// Start and goal differ.
  package func reset(using generator: inout PCG64) -> State {
    let start = draw(using: &generator)
    var goal = start
    while goal == start { goal = draw(using: &generator) }
    return State(bits: start, goal: goal)
  }

  private func draw(using generator: inout PCG64) -> UInt64 {
    (0..<bits).reduce(0) { $0 | UInt64(generator.choice(2)) << UInt64($1) }
  }

  package func step(_ state: inout State, action: Span<Float>, using generator: inout PCG64) -> Outcome {
    state.bits ^= 1 << UInt64(action[0])
    return state.bits == state.goal
      ? Outcome(reward: 0, ending: .terminated) : Outcome(reward: -1, ending: .none)
  }

  package func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    for index in 0..<bits {
      let bit = Float(state.bits >> UInt64(index) & 1)
      observation[index] = bit
      observation[bits + index] = Float(state.goal >> UInt64(index) & 1)
      observation[2 * bits + index] = bit
    }
  }

  package func reward(achieved: Span<Float>, desired: Span<Float>) -> Double {
    achieved.indices.allSatisfy { achieved[$0] == desired[$0] } ? 0 : -1
  }
}
