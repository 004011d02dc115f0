import RLCore
import Randomness

/// Levers of unknown worth (Sutton and Barto, section 2.3 and its testbed; with several contexts, the associative search
/// of section 2.9).
///
/// An episode draws the mean of each lever in each context from the standard normal distribution and then lasts
/// `steps` pulls; a pull gives the lever's mean in the present context and standard normal noise. The next context is
/// uniform and is what is observed.
package struct Bandit: Environment {
  package struct State: Sendable, Codable, Hashable {
    /// Where the means come from: they are not kept, so that an episode begins without allocating.
    var levers: CounterGenerator
    package var context: Int
  }

  package let specification: EnvironmentSpecification
  let contexts: Int
  let arms: Int
  private static let worths = CounterGenerator(SeedSequence(0).child(named: "bandit"))

  init(id: String, contexts: Int, arms: Int, steps: Int) {
    specification = EnvironmentSpecification(
      id: id, observationSpace: .discrete(count: contexts), actionSpace: .discrete(count: arms), timeLimit: steps)
    self.contexts = contexts
    self.arms = arms
  }

  package func reset(using generator: inout PCG64) -> State {
    State(levers: Self.worths.split(generator.next()), context: generator.integers(0, contexts))
  }

  /// What a lever pays on average.
  package func mean(of arm: Int, in context: Int, _ state: State) -> Double {
    var generator = state.levers.split(UInt64(context * arms + arm))
    return Double(generator.normal())
  }

  package func step(_ state: inout State, action: Span<Float>, using generator: inout PCG64) -> Outcome {
    let reward = mean(of: Int(action[0]), in: state.context, state) + generator.boxMullerNormal()
    state.context = generator.integers(0, contexts)
    return Outcome(reward: reward, ending: .none)
  }

  package func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    observation[0] = Float(state.context)
  }
}
