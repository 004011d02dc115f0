import RLCore

extension TabularEnvironment {
  /// A walk to the left or right, by chance, along a row of states until it leaves the row (Sutton and Barto, example
  /// 6.2, and 7.1 with its 19 states): for the prediction of values.
  ///
  /// The one action changes nothing. States 1 … `states` are the row; the walk starts in its middle (below it, where
  /// `states` is even) and ends in 0 with reward −1 or in `states` + 1 with reward 1. The value of state i without
  /// discount is 2 i / (`states` + 1) − 1.
  static func randomWalk(id: String, states: Int) -> TabularEnvironment {
    let last = states + 1
    let start = (0...last).map { $0 == (states + 1) / 2 ? 1.0 : 0 }
    let table = TransitionTable(states: states + 2, actions: 1, start: start) { state, _ in
      if state == 0 || state == last { return [Transition(1, to: state, reward: 0, terminated: true)] }
      return [
        Transition(0.5, to: state - 1, reward: state == 1 ? -1 : 0, terminated: state == 1),
        Transition(0.5, to: state + 1, reward: state == states ? 1 : 0, terminated: state == states),
      ]
    }
    return TabularEnvironment(id: id, table, board: .walk(states: states), timeLimit: nil)
  }
}
