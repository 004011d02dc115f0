import RLCore

extension TabularEnvironment {
  /// A custom grid: S start, F free, # wall, G goal, H hole. Its default is the 4 × 3 world of Russell and Norvig,
  /// "Artificial Intelligence: A Modern Approach", figure 17.1.
  ///
  /// Actions 0 … 3 are up, right, down, left. A move slips to either side with half of probability `slip` each; walls and
  /// borders stop it. Each step gives `stepReward`, and the one into a goal or a hole `goalReward` or `holeReward` more.
  static func gridworld(
    id: String, map: GridMap, slip: Double, stepReward: Double, goalReward: Double, holeReward: Double, timeLimit: Int
  ) -> TabularEnvironment {
    let directions: [GridMap.Direction] = [.up, .right, .down, .left]
    let table = TransitionTable(states: map.count, actions: 4, start: map.start) { cell, action in
      if map.tiles[cell] == "G" || map.tiles[cell] == "H" || map.tiles[cell] == "#" {
        return [Transition(1, to: cell, reward: 0, terminated: true)]
      }
      let moves = slip == 0 ? [directions[action]] : directions.aside(of: action)
      return zip(slip == 0 ? [1] : [slip / 2, 1 - slip, slip / 2], moves).map { probability, direction in
        let beside = map.neighbour(of: cell, direction)
        let next = map.tiles[beside] == "#" ? cell : beside
        let tile = map.tiles[next]
        let extra = tile == "G" ? goalReward : tile == "H" ? holeReward : 0
        return Transition(
          probability, to: next, reward: stepReward + extra, terminated: tile == "G" || tile == "H")
      }
    }
    return TabularEnvironment(id: id, table, board: .grid(map), timeLimit: timeLimit)
  }
}
