import Foundation
import RLCore
import Randomness

/// A craft to be landed softly between two flags with a main engine and two side engines: Gymnasium's LunarLander-v3, by
/// O. Klimov, on Box2D.
///
/// The rules, the draws and the order of the physics are Gymnasium's: flights and landings agree to rounding. The
/// continuous form takes the throttle of the main engine (off below 0, half to full from 0 to 1) and that of the side
/// engines (off within ±0.5); actions beyond ±1 are clipped.
package struct LunarLander: Environment {
  package struct State: Sendable, Codable {
    var flight: Replayed<LunarFlight>
    /// Minus a cost of distance, speed and tilt; its gain is the reward.
    var shaping: Double
  }

  package let specification: EnvironmentSpecification
  let isContinuous: Bool
  let gravity: Double
  let hasWind: Bool
  let windPower: Double
  let turbulencePower: Double

  init(
    id: String, isContinuous: Bool, gravity: Double, hasWind: Bool, windPower: Double, turbulencePower: Double
  ) {
    let high: [Float] = [2.5, 2.5, 10, 10, 2 * .pi, 10, 1, 1]
    let low = high.enumerated().map { $0.offset < 6 ? -$0.element : 0 }
    var specification = EnvironmentSpecification(
      id: id, observationSpace: .box(low: low, high: high),
      actionSpace: isContinuous ? .box(low: [-1, -1], high: [1, 1]) : .discrete(count: 4), timeLimit: 1000,
      rewardThreshold: 200)
    // Measured: a world of Box2D with its terrain.
    specification.bytesPerCopy = 120_000
    self.specification = specification
    self.isContinuous = isContinuous
    self.gravity = gravity
    self.hasWind = hasWind
    self.windPower = windPower
    self.turbulencePower = turbulencePower
  }

  package func reset(using generator: inout PCG64) -> State {
    let heights = (0..<12).map { _ in generator.uniform(0, LunarFlight.height / 2) }
    func push() -> Double { generator.uniform(-1000, 1000) }
    let force = [push(), push()]
    func phase() -> Double? { hasWind ? Double(generator.integers(-9999, 9999)) : nil }
    let start = LunarFlight.Start(
      gravity: gravity, heights: heights, force: force, windPhase: phase(), torquePhase: phase(),
      windPower: windPower, turbulencePower: turbulencePower)
    let flight = Replayed<LunarFlight>(start, expectedInputs: (specification.timeLimit ?? 0) + 1)
    var state = State(flight: flight, shaping: 0)
    // An episode begins with a step of idle engines, whose reward nobody gets.
    _ = advance(&state, main: 0, side: 0, using: &generator)
    return state
  }

  package func step(_ state: inout State, action: Span<Float>, using generator: inout PCG64) -> Outcome {
    guard isContinuous else {
      return advance(&state, main: action[0] == 2 ? 1 : 0, side: [0, -1, 0, 1][Int(action[0])], using: &generator)
    }
    let (throttle, lateral) = (Double(min(max(action[0], -1), 1)), Double(min(max(action[1], -1), 1)))
    return advance(
      &state, main: throttle > 0 ? (throttle + 1) * 0.5 : 0, side: abs(lateral) > 0.5 ? lateral : 0,
      using: &generator)
  }

  /// `main`: the main engine's power, 0 ... 1. `side`: that of the side engines, negative for the left one.
  private func advance(
    _ state: inout State, main: Double, side: Double, using generator: inout PCG64
  ) -> Outcome {
    let input: InlineArray<4, Double> = [main, side, generator.uniform(-1, 1), generator.uniform(-1, 1)]
    state.flight.advance(input.span)
    let shapingBefore = state.shaping
    let flight = state.flight.thing
    let now = flight.observation
    state.shaping =
      -100 * (now[0] * now[0] + now[1] * now[1]).squareRoot() - 100 * (now[2] * now[2] + now[3] * now[3]).squareRoot()
      - 100 * abs(now[4]) + 10 * now[6] + 10 * now[7]
    if flight.lander.is_awake == false { return Outcome(reward: 100, ending: .terminated) }
    if flight.lander.has_touched || abs(now[0]) >= 1 { return Outcome(reward: -100, ending: .terminated) }
    return Outcome(reward: state.shaping - shapingBefore - main * 0.3 - abs(side) * 0.03, ending: .none)
  }

  package func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    let now = state.flight.thing.observation
    for index in 0..<8 { observation[index] = Float(now[index]) }
  }
}

/// A lander over its ground. Lengths are those of the original's screen in units of 30 pixels.
final class LunarFlight: Replayable {
  struct Start: Codable {
    var gravity: Double
    /// Of the ground before smoothing, `[12]`.
    var heights: [Double]
    /// The first push, `[2]`.
    var force: [Double]
    /// nil without wind.
    var windPhase, torquePhase: Double?
    var windPower, turbulencePower: Double
  }

  static let scale = 30.0
  static let width = 600 / scale
  static let height = 400 / scale
  static let padHeight = height / 4
  static let framesPerSecond = 50.0
  static let hull: [(x: Double, y: Double)] = [(-14, 17), (-17, 0), (-17, -10), (17, -10), (17, 0), (14, 17)].map {
    ($0.0 / scale, $0.1 / scale)
  }
  static let legHalfWidth = 2 / scale
  static let legHalfHeight = 8 / scale
  private static let legAway = 20 / scale
  private static let legDown = 18 / scale

  /// The corners of the ground from left to right.
  let ground: [(x: Double, y: Double)]
  private let physics: Physics
  private let hullBody: Physics.Body
  private let legBodies: [Physics.Body]
  private var windPhase, torquePhase: Double?
  private let windPower, turbulencePower: Double

  init(_ start: Start) {
    let chunks = 11
    var heights = start.heights
    for index in chunks / 2 - 2...chunks / 2 + 2 { heights[index] = Self.padHeight }
    ground = (0..<chunks).map { chunk in
      // The ground at the left border is smoothed with that at the far right.
      let before = heights[chunk == 0 ? chunks : chunk - 1]
      return (Self.width / Double(chunks - 1) * Double(chunk), 0.33 * (before + heights[chunk] + heights[chunk + 1]))
    }
    physics = Physics(gravity: start.gravity)
    (windPhase, torquePhase) = (start.windPhase, start.torquePhase)
    (windPower, turbulencePower) = (start.windPower, start.turbulencePower)

    let moon = physics.addBody(isDynamic: false)
    physics.addLine(from: (0, 0), to: (Self.width, 0), to: moon, of: Physics.Material())
    for (left, right) in zip(ground, ground.dropFirst()) {
      physics.addLine(from: left, to: right, to: moon, of: Physics.Material(friction: 0.1))
    }

    let (x, y) = (Self.width / 2, Self.height)
    hullBody = physics.addBody(at: (x, y), isDynamic: true)
    physics.addPolygon(
      Self.hull, to: hullBody, of: Physics.Material(density: 5, friction: 0.1, category: 0x10, mask: 1))
    physics.apply(force: (start.force[0], start.force[1]), to: hullBody)

    var legs: [Physics.Body] = []
    for side in [-1.0, 1.0] {
      let leg = physics.addBody(at: (x - side * Self.legAway, y), angle: side * 0.05, isDynamic: true)
      physics.addBox(
        halfWidth: Self.legHalfWidth, halfHeight: Self.legHalfHeight, to: leg,
        of: Physics.Material(density: 1, category: 0x20, mask: 1))
      _ = physics.addHinge(
        hullBody, leg, at: ((0, 0), (side * Self.legAway, Self.legDown)),
        angles: side < 0 ? 0.9 - 0.5...0.9 : -0.9 ... -0.9 + 0.5, motorSpeed: 0.3 * side, maxTorque: 40)
      legs.append(leg)
    }
    legBodies = legs
  }

  static let inputWidth = 4

  /// `[main power, side power, noise, noise]`
  func advance(_ input: Span<Double>) {
    let (main, side) = (input[0], input[1])
    let noise = (input[2] / Self.scale, input[3] / Self.scale)
    let lander = lander
    if windPhase != nil && !legs.0.has_contact && !legs.1.has_contact {
      physics.apply(force: (Self.gust(&windPhase!) * windPower, 0), to: hullBody)
      physics.apply(torque: Self.gust(&torquePhase!) * turbulencePower, to: hullBody)
    }

    let position = (x: Double(lander.position.x), y: Double(lander.position.y))
    // Up and to the left of the craft.
    let (sine, cosine) = sineAndCosine(Double(lander.angle))
    let tip = (x: sine, y: cosine)
    let left = (x: -cosine, y: sine)
    func push(_ offset: (x: Double, y: Double), power: Double, at point: (x: Double, y: Double)) {
      physics.apply(impulse: (-offset.x * power, -offset.y * power), at: point, to: hullBody)
    }
    if main > 0 {
      let below = 4 / Self.scale + 2 * noise.0
      let offset = (x: tip.x * below + left.x * noise.1, y: -tip.y * below - left.y * noise.1)
      push(offset, power: 13 * main, at: (position.x + offset.x, position.y + offset.y))
    }
    if side != 0 {
      let beside = 3 * noise.1 + (side > 0 ? 1 : -1) * 12 / Self.scale
      let offset = (x: tip.x * noise.0 + left.x * beside, y: -tip.y * noise.0 - left.y * beside)
      // 17 and 14: the place of the side engines moves with the tilt, as it does in Gymnasium.
      push(
        offset, power: 0.6 * abs(side),
        at: (position.x + offset.x - tip.x * 17 / Self.scale, position.y + offset.y + tip.y * 14 / Self.scale))
    }
    physics.step(seconds: 1 / Self.framesPerSecond, velocityIterations: 180, positionIterations: 60)
  }

  /// Never periodic, within −1 ... 1.
  private static func gust(_ phase: inout Double) -> Double {
    defer { phase += 1 }
    return tanh(sin(0.02 * phase) + sin(.pi * 0.01 * phase))
  }

  var lander: Motion { physics.motion(of: hullBody) }
  var legs: (Motion, Motion) { (physics.motion(of: legBodies[0]), physics.motion(of: legBodies[1])) }

  /// Position, velocity, angle, angular velocity and the contact of both legs, in Gymnasium's units.
  var observation: InlineArray<8, Double> {
    let lander = lander
    let (left, right) = legs
    let (halfWidth, halfHeight) = (Self.width / 2, Self.height / 2)
    return [
      (Double(lander.position.x) - halfWidth) / halfWidth,
      (Double(lander.position.y) - (Self.padHeight + Self.legDown)) / halfHeight,
      Double(lander.velocity.x) * halfWidth / Self.framesPerSecond,
      Double(lander.velocity.y) * halfHeight / Self.framesPerSecond,
      Double(lander.angle),
      20 * Double(lander.angular_velocity) / Self.framesPerSecond,
      left.has_contact ? 1 : 0,
      right.has_contact ? 1 : 0,
    ]
  }
}
