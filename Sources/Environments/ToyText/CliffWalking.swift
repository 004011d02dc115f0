import RLCore

extension TabularEnvironment {
  /// A walk along a cliff (Sutton and Barto, example 6.6): four rows of twelve cells, start and goal at the ends of the
  /// last row, the cliff between them.
  ///
  /// Actions 0 … 3 are up, right, down, left. Reward −1 a step, and −100 for a fall, which leads back to the start.
  /// Slippery, a move goes to either side as often as where it is meant.
  static func cliffWalking(id: String, isSlippery: Bool) -> TabularEnvironment {
    let tiles = Array(String(repeating: ".", count: 36) + "S" + String(repeating: "C", count: 10) + "G")
    let map = GridMap(rows: 4, columns: 12, tiles: tiles)
    let directions: [GridMap.Direction] = [.up, .right, .down, .left]
    let start = tiles.firstIndex(of: "S")!
    let table = TransitionTable(states: map.count, actions: 4, start: map.start) { cell, action in
      let moves = isSlippery ? directions.aside(of: action) : [directions[action]]
      return moves.map { direction in
        let next = map.neighbour(of: cell, direction)
        let probability = 1 / Double(moves.count)
        return tiles[next] == "C"
          ? Transition(probability, to: start, reward: -100)
          : Transition(probability, to: next, reward: -1, terminated: tiles[next] == "G")
      }
    }
    return TabularEnvironment(id: id, table, board: .cliff(map), timeLimit: nil)
  }
}
