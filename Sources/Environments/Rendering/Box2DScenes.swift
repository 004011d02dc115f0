import Drawing
import RLCore

extension Motion {
  fileprivate var place: (x: Double, y: Double) { (Double(position.x), Double(position.y)) }

  fileprivate func placed(_ corners: [(x: Double, y: Double)]) -> [(x: Double, y: Double)] {
    Scene.placed(corners, at: place, angle: Double(angle))
  }

  /// The corners of a box around the body's origin.
  fileprivate func box(_ halfWidth: Double, _ halfHeight: Double) -> [(x: Double, y: Double)] {
    placed([(-halfWidth, -halfHeight), (halfWidth, -halfHeight), (halfWidth, halfHeight), (-halfWidth, halfHeight)])
  }
}

extension LunarLander: Drawable {
  package var stepsPerSecond: Double { LunarFlight.framesPerSecond }
  package var actionNames: [String] { isContinuous ? [] : ["coast", "left engine", "main engine", "right engine"] }

  package func scene(of state: State, after action: [Float]?) -> Scene {
    let flight = state.flight.thing
    let (width, height) = (LunarFlight.width, LunarFlight.height)
    var scene = Scene(x: 0...width, y: 0...height, background: .init(0x11151F))
    for star in 0..<40 {
      // Spread by multiples of the golden ratio and of the root of two.
      let (x, y) = (Double(star) * 0.618034, Double(star) * 0.414214)
      scene.circle(
        x.truncatingRemainder(dividingBy: 1) * width, (0.35 + y.truncatingRemainder(dividingBy: 0.65)) * height,
        radius: star.isMultiple(of: 3) ? 0.05 : 0.03, .init(0xB8C0CC))
    }
    scene.polygon([(0, 0)] + flight.ground + [(width, 0)], .init(0x8A8F98))
    scene.line(flight.ground, width: 0.08, .init(0xD5D9DF))
    // The pad lies between the fourth and the sixth corner but one.
    for corner in [flight.ground[4], flight.ground[6]] {
      let (x, y) = (corner.x, LunarFlight.padHeight)
      scene.line([(x, y), (x, y + 1.6)], width: 0.07, .paper)
      scene.polygon([(x, y + 1.6), (x + 0.85, y + 1.35), (x, y + 1.05)], .yellow)
    }
    let hull = flight.lander
    let (main, side) = engines(action)
    if main > 0 {
      scene.polygon(hull.placed([(-0.2, -0.33), (0.2, -0.33), (0, -0.4 - 1.1 * main)]), .orange)
      scene.polygon(hull.placed([(-0.1, -0.33), (0.1, -0.33), (0, -0.35 - 0.6 * main)]), .yellow)
    }
    if side != 0 {
      // A side engine pushes the craft to the other side.
      let out = side > 0 ? 1.0 : -1
      scene.polygon(
        hull.placed([(out * 0.55, 0.52), (out * 0.55, 0.3), (out * (0.6 + 0.6 * abs(side)), 0.41)]), .orange)
    }
    for leg in [flight.legs.0, flight.legs.1] {
      scene.polygon(
        leg.box(LunarFlight.legHalfWidth, LunarFlight.legHalfHeight), leg.has_contact ? .green : .init(0x9C8ADE))
    }
    scene.polygon(hull.placed(LunarFlight.hull), .init(0x8066E6))
    scene.circle(hull.placed([(0, 0.22)])[0].x, hull.placed([(0, 0.22)])[0].y, radius: 0.16, .sky)
    return scene
  }

  /// The power of the main engine, 0 ... 1, and of the side engines, negative for the left one.
  private func engines(_ action: [Float]?) -> (main: Double, side: Double) {
    guard let action else { return (0, 0) }
    guard isContinuous else { return (action[0] == 2 ? 1 : 0, [0, -1, 0, 1][Int(action[0])]) }
    let (throttle, lateral) = (Double(min(max(action[0], -1), 1)), Double(min(max(action[1], -1), 1)))
    return (throttle > 0 ? (throttle + 1) / 2 : 0, abs(lateral) > 0.5 ? lateral : 0)
  }
}

extension BipedalWalker: Drawable {
  package var stepsPerSecond: Double { Walk.framesPerSecond }

  package func scene(of state: State, after action: [Float]?) -> Scene {
    let walk = state.walk.thing
    let hull = walk.hull
    let (width, height) = (600 / Walk.scale, 400 / Walk.scale)
    // The camera goes with the walker, which keeps a fifth of the way behind it.
    let left = Double(hull.position.x) - width / 5
    let right = left + width
    var scene = Scene(x: left...right, y: 0...height, background: .init(0xD9E8FF))
    let ground = walk.ground
    let step = WalkingGround.step
    let first = max(0, Int(left / step))
    let last = min(WalkingGround.length - 1, Int(right / step) + 1)
    if first < last {
      let top = (first...last).map { (x: Double($0) * step, y: ground.heights[$0]) }
      scene.polygon([(top[0].x, 0)] + top + [(top.last!.x, 0)], .init(0x86B26A))
      scene.line(top, width: 0.1, .init(0x4F7A3A))
    }
    for block in ground.blocks where block.left < right && block.left + block.width > left {
      scene.rectangle(block.left, block.bottom, block.width, block.height, .init(0xB9BEC6))
    }
    let flag = step * 3
    if flag > left {
      let y = WalkingGround.level
      scene.line([(flag, y), (flag, y + 50 / Walk.scale)], width: 0.07, .ink)
      scene.polygon(
        [(flag, y + 50 / Walk.scale), (flag + 0.8, y + 43 / Walk.scale), (flag, y + 36 / Walk.scale)], .red)
    }
    let legs = walk.legs
    func draw(_ index: Int, _ upper: Scene.Colour, _ lower: Scene.Colour) {
      scene.polygon(legs[index + 1].box(Walk.lowerLegWidth / 2, Walk.legHeight / 2), lower)
      scene.polygon(legs[index].box(Walk.legWidth / 2, Walk.legHeight / 2), upper)
    }
    // One leg is beyond the hull, the other before it.
    draw(0, .init(0x5A4AA0), .init(0x5A4AA0))
    scene.polygon(hull.placed(Walk.hullCorners), .init(0x8066E6))
    draw(2, .init(0xA18BF0), .init(0xA18BF0))
    let eye = hull.placed([(0.75, 0.05)])[0]
    scene.circle(eye.x, eye.y, radius: 0.09, .paper)
    return scene
  }
}
