import Drawing

/// What a tabular environment looks like: a map to stand on, or a row of states.
enum Board: Sendable {
  case lake(GridMap)
  case cliff(GridMap)
  case grid(GridMap)
  /// With the wind's strength in each column.
  case windy(GridMap, wind: [Int], kingsMoves: Bool)
  /// So many states between two ends.
  case walk(states: Int)

  var actionNames: [String] {
    let straight = ["up", "right", "down", "left"]
    switch self {
    case .lake: return ["left", "down", "right", "up"]
    case .cliff, .grid: return straight
    case .windy(_, _, let kingsMoves):
      return kingsMoves ? straight + ["up right", "down right", "down left", "up left"] : straight
    case .walk: return ["on"]
    }
  }

  /// With whoever walks there on `cell`.
  func scene(at cell: Int) -> Scene {
    switch self {
    case .walk(let states): return Board.walk(states: states, at: cell)
    case .lake(let map):
      return Board.scene(of: map, at: cell, line: .init(0xC3DDEE)) { scene, tile, x, y in
        scene.rectangle(x, y, 1, 1, tile == "G" ? .init(0xFFF3D6) : .init(0xE6F3FB))
        switch tile {
        case "H":
          scene.circle(x + 0.5, y + 0.5, radius: 0.42, .init(0x9CC9E6))
          scene.circle(x + 0.5, y + 0.48, radius: 0.36, .init(0x1D5C8A))
        case "S": scene.rectangle(x + 0.2, y + 0.08, 0.6, 0.18, .init(0xA9764B))
        case "G": scene.chest(x, y)
        default: scene.line([(x + 0.2, y + 0.62), (x + 0.42, y + 0.78)], width: 0.03, .paper)
        }
      }
    case .cliff(let map):
      return Board.scene(of: map, at: cell, line: .init(0x7E9C63)) { scene, tile, x, y in
        scene.rectangle(x, y, 1, 1, .init(tile == "C" ? 0x4B3A32 : tile == "S" ? 0xD9C7A0 : 0x9DBB80))
        if tile == "C" {
          scene.polygon(
            [(x, y + 1), (x + 1, y + 1), (x + 0.8, y + 0.72), (x + 0.55, y + 0.86), (x + 0.25, y + 0.66)],
            .init(0x7A5F4C))
        }
        if tile == "G" { scene.flag(x, y, .red) }
      }
    case .grid(let map):
      return Board.scene(of: map, at: cell, line: .init(0xC5CBD3)) { scene, tile, x, y in
        let colours: [Character: UInt32] = ["#": 0x4A515B, "G": 0xBFE3D3, "H": 0xF3C7A8, "S": 0xDCE9F5]
        scene.rectangle(x, y, 1, 1, .init(colours[tile] ?? 0xF7F8FA))
        if tile == "G" { scene.flag(x, y, .green) }
        if tile == "H" { scene.circle(x + 0.5, y + 0.5, radius: 0.34, .init(0x5B3A28)) }
      }
    case .windy(let map, let wind, _):
      let breeze: [UInt32] = [0xF7F8FA, 0xE2F0FA, 0xC7E3F6]
      return Board.scene(of: map, at: cell, line: .init(0xC5CBD3)) { scene, tile, x, y in
        let strength = wind[Int(x)]
        scene.rectangle(x, y, 1, 1, .init(breeze[min(strength, 2)]))
        for gust in 0..<strength where tile != "G" {
          let place = x + (Double(gust) + 1) / Double(strength + 1)
          scene.arrow(from: (place, y + 0.3), to: (place, y + 0.7), size: 0.13, .init(0x8CC2E8))
        }
        if tile == "S" { scene.rectangle(x + 0.15, y + 0.15, 0.7, 0.7, .init(0xDCE9F5)) }
        if tile == "G" { scene.flag(x, y, .red) }
      }
    }
  }

  /// A map, tile by tile from its left lower corner, with a grid over it and a figure on a cell.
  private static func scene(
    of map: GridMap, at cell: Int, line: Scene.Colour,
    tile draw: (_ scene: inout Scene, _ tile: Character, _ x: Double, _ y: Double) -> Void
  ) -> Scene {
    let (columns, rows) = (Double(map.columns), Double(map.rows))
    var scene = Scene(x: 0...columns, y: 0...rows)
    for (index, tile) in map.tiles.enumerated() {
      draw(&scene, tile, Double(index % map.columns), rows - 1 - Double(index / map.columns))
    }
    for column in 0...map.columns { scene.line([(Double(column), 0), (Double(column), rows)], width: 0.025, line) }
    for row in 0...map.rows { scene.line([(0, Double(row)), (columns, Double(row))], width: 0.025, line) }
    scene.figure(Double(cell % map.columns), rows - 1 - Double(cell / map.columns))
    return scene
  }

  /// A row of states between its ends; of a long one the part around the walker.
  private static func walk(states: Int, at cell: Int) -> Scene {
    let count = states + 2
    let shown = min(count, 21)
    let first = min(max(cell - shown / 2, 0), count - shown)
    var scene = Scene(x: 0...Double(shown), y: -0.6...2.4)
    scene.line([(0.5, 0.5), (Double(shown) - 0.5, 0.5)], width: 0.05, .grey)
    for place in 0..<shown {
      let (x, index) = (Double(place), first + place)
      if index == 0 || index == count - 1 {
        scene.rectangle(x + 0.15, 0.15, 0.7, 0.7, index == 0 ? .red : .green)
        scene.text(index == 0 ? "-1" : "+1", x + 0.5, -0.2, size: 0.45)
      } else {
        scene.circle(x + 0.5, 0.5, radius: 0.3, .init(0xDCE9F5))
        if shown <= 9 || index.isMultiple(of: 5) { scene.text("\(index)", x + 0.5, -0.2, size: 0.35, .grey) }
      }
    }
    scene.figure(Double(cell - first), 0.55)
    return scene
  }
}

extension TabularEnvironment: Drawable {
  package var stepsPerSecond: Double { 5 }
  package var actionNames: [String] { board.actionNames }
  package func scene(of state: State, after action: [Float]?) -> Scene { board.scene(at: state.index) }
}

/// Pieces on a cell, which is 1 × 1 from its left lower corner.
extension Scene {
  /// Somebody who stands there.
  mutating func figure(_ x: Double, _ y: Double, _ colour: Colour = .blue) {
    polygon([(x + 0.26, y + 0.1), (x + 0.74, y + 0.1), (x + 0.6, y + 0.56), (x + 0.4, y + 0.56)], colour)
    circle(x + 0.5, y + 0.68, radius: 0.2, .paper)
    circle(x + 0.5, y + 0.68, radius: 0.17, colour)
  }

  mutating func flag(_ x: Double, _ y: Double, _ colour: Colour) {
    line([(x + 0.32, y + 0.14), (x + 0.32, y + 0.86)], width: 0.05, .ink)
    polygon([(x + 0.34, y + 0.86), (x + 0.8, y + 0.7), (x + 0.34, y + 0.52)], colour)
  }

  fileprivate mutating func chest(_ x: Double, _ y: Double) {
    rectangle(x + 0.2, y + 0.2, 0.6, 0.32, .init(0xA9764B))
    polygon(
      [
        (x + 0.2, y + 0.56), (x + 0.8, y + 0.56), (x + 0.8, y + 0.66), (x + 0.7, y + 0.76), (x + 0.3, y + 0.76),
        (x + 0.2, y + 0.66),
      ], .init(0xC48A57))
    rectangle(x + 0.44, y + 0.42, 0.12, 0.2, .yellow)
  }
}
