import RLCore
import Randomness

/// An environment that is nothing but a table of transitions; it is observed as the index of its state.
///
/// A reset and a step each draw one number, whatever the probabilities, as Gymnasium's tabular environments do; an
/// environment in which nothing is left to chance draws none.
package struct TabularEnvironment: TabularModel {
  package struct State: Sendable, Codable, Hashable {
    package var index: Int
  }

  package let specification: EnvironmentSpecification
  private let table: TransitionTable
  /// What it looks like.
  let board: Board

  init(id: String, _ table: TransitionTable, board: Board, timeLimit: Int?, threshold: Double? = nil) {
    specification = EnvironmentSpecification(
      id: id, observationSpace: .discrete(count: table.stateCount), actionSpace: .discrete(count: table.actionCount),
      timeLimit: timeLimit, rewardThreshold: threshold)
    self.table = table
    self.board = board
  }

  package func reset(using generator: inout PCG64) -> State { State(index: table.drawStart(using: &generator)) }

  package func step(_ state: inout State, action: Span<Float>, using generator: inout PCG64) -> Outcome {
    let transition = table.draw(from: state.index, action: Int(action[0]), using: &generator)
    state.index = transition.nextState
    return Outcome(reward: transition.reward, ending: transition.terminated ? .terminated : .none)
  }

  package func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    observation[0] = Float(state.index)
  }

  package func batch(of states: [State]) -> any BatchKernel<State> { TabularKernel(table, states: states) }

  package var stateCount: Int { table.stateCount }
  package var actionCount: Int { table.actionCount }
  package var startProbabilities: [Double] { table.startProbabilities }

  package func transitions(from state: Int, action: Int) -> [Transition] {
    table.transitions(from: state, action: action)
  }

  package func index(of state: State) -> Int { state.index }
}
