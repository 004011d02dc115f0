import RLCore

/// A rectangle of tiles, written row by row with `/` between: `SFFF/FHFH/FFFH/HFFG`. A cell's index is
/// row × columns + column.
struct GridMap: Sendable {
  enum Direction: CaseIterable { case left, down, right, up }

  let rows: Int
  let columns: Int
  let tiles: [Character]

  /// `option` and `id` name the map in errors. Throws for rows of different lengths, for tiles that are none of
  /// `allowed`, and unless there is a start `S`.
  init(_ text: String, allowed: String, option: String, id: String) throws(EnvironmentError) {
    let lines = text.split(separator: "/", omittingEmptySubsequences: false)
    let tiles = lines.flatMap { $0 }
    guard lines.allSatisfy({ $0.count == lines[0].count }), !tiles.isEmpty else {
      throw EnvironmentError("\(id): the rows of '\(option)' are not all of the same length, at least 1")
    }
    guard tiles.count <= Self.mostCells else {
      throw EnvironmentError("\(id): '\(option)' has \(tiles.count) cells, more than \(Self.mostCells)")
    }
    if let tile = tiles.first(where: { !allowed.contains($0) }) {
      throw EnvironmentError("\(id): '\(option)' has a tile '\(tile)', but the tiles are \(allowed)")
    }
    guard tiles.contains("S") else { throw EnvironmentError("\(id): '\(option)' has no start, 'S'") }
    rows = lines.count
    columns = lines[0].count
    self.tiles = tiles
  }

  init(rows: Int, columns: Int, tiles: [Character]) {
    (self.rows, self.columns, self.tiles) = (rows, columns, tiles)
  }

  private static let mostCells = 10_000

  var count: Int { tiles.count }

  /// A weight of 1 for each start tile.
  var start: [Double] { tiles.map { $0 == "S" ? 1 : 0 } }

  /// The cell beside `cell`; the cell itself at the border.
  func neighbour(of cell: Int, _ direction: Direction) -> Int {
    switch direction {
    case .left: moved(cell, rows: 0, columns: -1)
    case .down: moved(cell, rows: 1, columns: 0)
    case .right: moved(cell, rows: 0, columns: 1)
    case .up: moved(cell, rows: -1, columns: 0)
    }
  }

  /// The cell so many rows down and columns to the right, stopped by the border.
  func moved(_ cell: Int, rows down: Int, columns right: Int) -> Int {
    let row = min(max(cell / columns + down, 0), rows - 1)
    let column = min(max(cell % columns + right, 0), columns - 1)
    return row * columns + column
  }
}

extension Array {
  /// The element before that at `index`, the element, and the one after it, around the end: for directions in turning
  /// order, those of a move that may slip to its sides.
  func aside(of index: Int) -> [Element] {
    [self[(index + count - 1) % count], self[index], self[(index + 1) % count]]
  }
}
