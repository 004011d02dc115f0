import RLCore

extension TabularEnvironment {
  /// A grid of seven rows of ten cells with a wind that blows upwards in some columns (Sutton and Barto, example 6.5).
  ///
  /// Actions 0 … 3 are up, right, down, left; with `kingsMoves` (exercise 6.9) 4 … 7 are the diagonals up right, down
  /// right, down left, up left. Reward −1 a step until the goal. With `stochasticWind` (exercise 6.10) a wind is one
  /// cell weaker or stronger a third of the time each.
  static func windyGridworld(id: String, kingsMoves: Bool, stochasticWind: Bool, timeLimit: Int) -> TabularEnvironment {
    let wind = [0, 0, 0, 1, 1, 1, 2, 2, 1, 0]
    let (start, goal) = (30, 37)
    let map = GridMap(rows: 7, columns: 10, tiles: (0..<70).map { $0 == start ? "S" : $0 == goal ? "G" : "." })
    let straight = [(-1, 0), (0, 1), (1, 0), (0, -1)]
    let moves = kingsMoves ? straight + [(-1, 1), (1, 1), (1, -1), (-1, -1)] : straight
    let table = TransitionTable(states: map.count, actions: moves.count, start: map.start) { cell, action in
      if cell == goal { return [Transition(1, to: cell, reward: 0, terminated: true)] }
      let strength = wind[cell % map.columns]
      let gusts = stochasticWind && strength > 0 ? [strength - 1, strength, strength + 1] : [strength]
      return gusts.map { gust in
        let (down, right) = moves[action]
        let next = map.moved(cell, rows: down - gust, columns: right)
        return Transition(1 / Double(gusts.count), to: next, reward: -1, terminated: next == goal)
      }
    }
    return TabularEnvironment(
      id: id, table, board: .windy(map, wind: wind, kingsMoves: kingsMoves), timeLimit: timeLimit)
  }
}
