import Drawing

extension Taxi: Drawable {
  package var stepsPerSecond: Double { 4 }
  package var actionNames: [String] { ["south", "north", "east", "west", "pick up", "drop off"] }

  package func scene(of state: State, after action: [Float]?) -> Scene {
    var scene = Scene(x: -0.2...5.2, y: -0.2...5.2, background: .init(0x5B6B4F))
    let place = Situation(state.index)
    scene.rectangle(0, 0, 5, 5, .init(0xC9CDD3))
    let colours: [Scene.Colour] = [.init(0xE4604F), .init(0x4FB286), .init(0xF2D94E), .init(0x4A90D9)]
    for (stop, colour) in zip(Self.stops, colours) {
      scene.rectangle(Double(stop.1) + 0.04, Double(4 - stop.0) + 0.04, 0.92, 0.92, colour)
    }
    for line in 1..<5 {
      let line = Double(line)
      scene.line([(line, 0.05), (line, 4.95)], width: 0.02, .pale)
      scene.line([(0.05, line), (4.95, line)], width: 0.02, .pale)
    }
    for row in 0..<5 {
      for column in 0..<4 where !Self.isOpen(eastOf: column, row: row) {
        scene.line(
          [(Double(column + 1), Double(4 - row)), (Double(column + 1), Double(5 - row))], width: 0.12, .init(0x3C4652))
      }
    }
    let goal = Self.stops[place.destination]
    scene.flag(Double(goal.1), Double(4 - goal.0), .paper)
    let (x, y) = (Double(place.column), Double(4 - place.row))
    if place.passenger < 4 {
      // Beside the taxi where it stands at the stop.
      let stop = Self.stops[place.passenger]
      let isThere = stop == (place.row, place.column)
      scene.figure(Double(stop.1) + (isThere ? 0.25 : 0), Double(4 - stop.0) + (isThere ? 0.2 : 0), .ink)
    }
    scene.cab(x, y, isTaken: place.passenger == 4)
    return scene
  }
}

extension Scene {
  fileprivate mutating func cab(_ x: Double, _ y: Double, isTaken: Bool) {
    polygon(
      [
        (x + 0.06, y + 0.2), (x + 0.94, y + 0.2), (x + 0.94, y + 0.4), (x + 0.76, y + 0.44), (x + 0.64, y + 0.66),
        (x + 0.3, y + 0.66), (x + 0.2, y + 0.44), (x + 0.06, y + 0.42),
      ], .ink)
    polygon(
      [
        (x + 0.09, y + 0.23), (x + 0.91, y + 0.23), (x + 0.91, y + 0.38), (x + 0.74, y + 0.42), (x + 0.62, y + 0.63),
        (x + 0.32, y + 0.63), (x + 0.22, y + 0.42), (x + 0.09, y + 0.39),
      ], .init(0xF5B700))
    polygon([(x + 0.27, y + 0.43), (x + 0.45, y + 0.43), (x + 0.45, y + 0.58), (x + 0.34, y + 0.58)], .pale)
    polygon([(x + 0.49, y + 0.43), (x + 0.68, y + 0.43), (x + 0.6, y + 0.58), (x + 0.49, y + 0.58)], .pale)
    if isTaken {
      circle(x + 0.38, y + 0.52, radius: 0.05, .ink)
      polygon([(x + 0.31, y + 0.43), (x + 0.45, y + 0.43), (x + 0.42, y + 0.48), (x + 0.34, y + 0.48)], .ink)
    }
    rectangle(x + 0.4, y + 0.63, 0.14, 0.07, isTaken ? .red : .green)
    for wheel in [0.27, 0.73] {
      circle(x + wheel, y + 0.2, radius: 0.1, .ink)
      circle(x + wheel, y + 0.2, radius: 0.045, .grey)
    }
  }
}
