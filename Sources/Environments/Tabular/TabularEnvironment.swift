import RLCore
import Randomness

/// A world that is nothing but a table of transitions; it is observed as the index of its state.
///
/// A reset and a step each draw one number, whatever the probabilities, as Gymnasium's tabular worlds do; a world in which
/// nothing is left to chance draws none.
public struct TabularEnvironment: TabularModel {
  public struct State: Sendable, Codable, Hashable {
    public var index: Int
  }

  public let specification: EnvironmentSpecification
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

  public func reset(using generator: inout PCG64) -> State { State(index: table.drawStart(using: &generator)) }

  public func step(_ state: inout State, action: Span<Float>, using generator: inout PCG64) -> Outcome {
    let transition = table.draw(from: state.index, action: Int(action[0]), using: &generator)
    state.index = transition.nextState
    return Outcome(reward: transition.reward, ending: transition.terminated ? .terminated : .none)
  }

  public func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    observation[0] = Float(state.index)
  }

  public func batch(of states: [State]) -> any BatchKernel<State> { TabularKernel(table, states: states) }

  public var stateCount: Int { table.stateCount }
  public var actionCount: Int { table.actionCount }
  public var startProbabilities: [Double] { table.startProbabilities }

  public func transitions(from state: Int, action: Int) -> [Transition] {
    table.transitions(from: state, action: action)
  }

  public func index(of state: State) -> Int { state.index }
}
