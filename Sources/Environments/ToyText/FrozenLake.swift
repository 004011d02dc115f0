import RLCore

extension TabularEnvironment {
  /// A walk over ice from a start to a goal, with holes to fall into; each move may slip to either side.
  ///
  /// The environment is OpenAI Gym's. Actions 0 … 3 are left, down, right, up; reward 1 at the goal. A move goes where
  /// it is meant with probability `successRate`, and to either side with half of the rest.
  static func frozenLake(
    id: String, map: GridMap, isSlippery: Bool, successRate: Double, timeLimit: Int, threshold: Double
  ) -> TabularEnvironment {
    let directions = GridMap.Direction.allCases
    let aside = (1 - successRate) / 2
    func move(_ probability: Double, _ cell: Int, _ direction: GridMap.Direction) -> Transition {
      let next = map.neighbour(of: cell, direction)
      let tile = map.tiles[next]
      return Transition(probability, to: next, reward: tile == "G" ? 1 : 0, terminated: tile == "G" || tile == "H")
    }
    let table = TransitionTable(states: map.count, actions: 4, start: map.start) { cell, action in
      if map.tiles[cell] == "G" || map.tiles[cell] == "H" {
        return [Transition(1, to: cell, reward: 0, terminated: true)]
      }
      guard isSlippery else { return [move(1, cell, directions[action])] }
      return zip([aside, successRate, aside], directions.aside(of: action)).map { move($0, cell, $1) }
    }
    return TabularEnvironment(id: id, table, board: .lake(map), timeLimit: timeLimit, threshold: threshold)
  }
}
