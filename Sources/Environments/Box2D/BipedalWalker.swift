import RLCore
import Randomness

/// A two-legged robot with four motors that is to walk over uneven ground: Gymnasium's BipedalWalker-v3 and its hardcore
/// form with pits, stumps and stairs, by O. Klimov, on Box2D.
///
/// The rules, the draws and the order of the physics are Gymnasium's: the first second of walking agrees to rounding, from
/// then on rounding grows as it does in anything that walks. An action is the speed of hip and knee of each leg, which its
/// sign gives, and the torque, its size; beyond ±1 it is clipped.
package struct BipedalWalker: Environment {
  package struct State: Sendable, Codable {
    var walk: Replayed<Walk>
    /// Progress less tilt; its gain is the reward.
    var shaping: Double
  }

  package let specification: EnvironmentSpecification
  let isHardcore: Bool

  init(id: String, isHardcore: Bool) {
    let leg: [Float] = [.pi, 5, .pi, 5, 5]
    let high: [Float] = [.pi, 5, 5, 5] + leg + leg + Array(repeating: 1, count: 10)
    // Contacts, the last of each leg, are not negative.
    let low = high.enumerated().map { [8, 13].contains($0.offset) ? 0 : -$0.element }
    var specification = EnvironmentSpecification(
      id: id, observationSpace: .box(low: low, high: high),
      actionSpace: .box(low: [-1, -1, -1, -1], high: [1, 1, 1, 1]), timeLimit: isHardcore ? 2000 : 1600,
      rewardThreshold: 300)
    // Measured: a world of Box2D with its terrain.
    specification.bytesPerCopy = 250_000
    self.specification = specification
    self.isHardcore = isHardcore
  }

  package func reset(using generator: inout PCG64) -> State {
    let ground = WalkingGround(isHardcore: isHardcore, using: &generator)
    // Gymnasium draws ten clouds here, eleven numbers each.
    for _ in 0..<110 { _ = generator.random() }
    let start = Walk.Start(ground: ground, force: generator.uniform(-5, 5))
    let walk = Replayed<Walk>(start, expectedInputs: (specification.timeLimit ?? 0) + 1)
    var state = State(walk: walk, shaping: 0)
    // An episode begins with a step of idle motors, whose reward nobody gets.
    _ = advance(&state, action: [0, 0, 0, 0])
    return state
  }

  package func step(_ state: inout State, action: Span<Float>, using generator: inout PCG64) -> Outcome {
    func clipped(_ index: Int) -> Double { Double(min(max(action[index], -1), 1)) }
    return advance(&state, action: [clipped(0), clipped(1), clipped(2), clipped(3)])
  }

  private func advance(_ state: inout State, action: InlineArray<4, Double>) -> Outcome {
    state.walk.advance(action.span)
    let hull = state.walk.thing.hull
    let shapingBefore = state.shaping
    let distance = Double(hull.position.x)
    state.shaping = 130 * distance / Walk.scale - 5 * abs(Double(hull.angle))
    if hull.has_touched || distance < 0 { return Outcome(reward: -100, ending: .terminated) }
    var reward = state.shaping - shapingBefore
    for index in 0..<4 { reward -= 0.00035 * Walk.motorTorque * abs(action[index]) }
    return Outcome(reward: reward, ending: distance > WalkingGround.finish ? .terminated : .none)
  }

  package func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    state.walk.thing.observe(into: &observation)
  }
}

/// The ground: heights a step apart, and blocks on it.
struct WalkingGround: Codable {
  struct Block: Codable {
    var left, bottom, width, height: Double
  }

  static let step = 14 / Walk.scale
  static let length = 200
  static let startPad = 20
  static let finish = Double(length - 10) * step
  static let level = 400 / Walk.scale / 4

  private(set) var heights: [Double] = []
  private(set) var blocks: [Block] = []

  private enum Stretch: Int { case grass, stump, stairs, pit }

  init(isHardcore: Bool, using generator: inout PCG64) {
    var stretch = Stretch.grass
    var isFirst = false
    var left = Self.startPad
    var (height, slope, heightBefore) = (Self.level, 0.0, 0.0)
    var stairs = (count: 0, width: 0, rise: 0)
    let step = Self.step
    for index in 0..<Self.length {
      let x = Double(index) * step
      switch (stretch, isFirst) {
      case (.grass, true):
        break
      case (.grass, false):
        let toLevel = Self.level - height
        slope = 0.8 * slope + 0.01 * (toLevel > 0 ? 1 : toLevel < 0 ? -1 : 0)
        if index > Self.startPad { slope += generator.uniform(-1, 1) / Walk.scale }
        height += slope
      case (.pit, true):
        left = generator.integers(3, 5)
        for edge in [x, x + step * Double(left)] {
          blocks.append(Block(left: edge, bottom: height - 4 * step, width: step, height: 4 * step))
        }
        left += 2
        heightBefore = height
      case (.pit, false):
        height = left > 1 ? heightBefore - 4 * step : heightBefore
      case (.stump, true):
        left = generator.integers(1, 3)
        let size = Double(left) * step
        blocks.append(Block(left: x, bottom: height, width: size, height: size))
      case (.stump, false):
        break
      case (.stairs, true):
        stairs.rise = generator.random() > 0.5 ? 1 : -1
        stairs.width = generator.integers(4, 5)
        stairs.count = generator.integers(3, 5)
        heightBefore = height
        for stair in 0..<stairs.count {
          blocks.append(
            Block(
              left: x + Double(stair * stairs.width) * step, bottom: height + Double(stair * stairs.rise - 1) * step,
              width: Double(stairs.width) * step, height: step))
        }
        left = stairs.count * stairs.width
      case (.stairs, false):
        let gone = stairs.count * stairs.width - left - stairs.rise
        height = heightBefore + Double(gone) / Double(stairs.width) * Double(stairs.rise) * step
      }
      isFirst = false
      heights.append(height)
      left -= 1
      if left == 0 {
        left = generator.integers(5, 10)
        stretch = stretch == .grass && isHardcore ? Stretch(rawValue: generator.integers(1, 4))! : .grass
        isFirst = true
      }
    }
  }
}

/// A walker on its ground. Lengths are those of the original's screen in units of 30 pixels.
final class Walk: Replayable {
  struct Start: Codable {
    var ground: WalkingGround
    /// The first push, to the right.
    var force: Double
  }

  static let scale = 30.0
  static let framesPerSecond = 50.0
  static let motorTorque = 80.0
  static let hullCorners: [(x: Double, y: Double)] = [(-30, 9), (6, 9), (34, 1), (34, -8), (-30, -8)].map {
    ($0.0 / scale, $0.1 / scale)
  }
  static let legWidth = 8 / scale
  static let legHeight = 34 / scale
  static let lowerLegWidth = 0.8 * legWidth
  static let lidarRange = 160 / scale
  /// Radians a second.
  private static let hipSpeed = 4.0
  private static let kneeSpeed = 6.0
  private static let legDown = -8 / scale

  let ground: WalkingGround
  private let physics: Physics
  private let hullBody: Physics.Body
  /// Upper and lower of one leg, then of the other.
  private let legBodies: [Physics.Body]
  /// Hip and knee of one leg, then of the other.
  private let joints: [Physics.Hinge]

  init(_ start: Start) {
    ground = start.ground
    physics = Physics(gravity: -10)
    let soil = Physics.Material(friction: 2.5)
    for block in ground.blocks {
      let (right, top) = (block.left + block.width, block.bottom + block.height)
      physics.addPolygon(
        [(block.left, top), (right, top), (right, block.bottom), (block.left, block.bottom)],
        to: physics.addBody(isDynamic: false), of: soil)
    }
    // From right to left: contacts that begin together are then solved in the order in which Gymnasium solves them.
    for index in (0..<WalkingGround.length - 1).reversed() {
      physics.addLine(
        from: (Double(index) * WalkingGround.step, ground.heights[index]),
        to: (Double(index + 1) * WalkingGround.step, ground.heights[index + 1]),
        to: physics.addBody(isDynamic: false), of: soil)
    }

    let x = WalkingGround.step * Double(WalkingGround.startPad) / 2
    let y = WalkingGround.level + 2 * Self.legHeight
    hullBody = physics.addBody(at: (x, y), isDynamic: true)
    physics.addPolygon(
      Self.hullCorners, to: hullBody, of: Physics.Material(density: 5, friction: 0.1, category: 0x20, mask: 1))
    physics.apply(force: (start.force, 0), to: hullBody)

    var legs: [Physics.Body] = []
    var joints: [Physics.Hinge] = []
    func addPart(_ width: Double, at y: Double, side: Double, to physics: Physics) -> Physics.Body {
      let part = physics.addBody(at: (x, y - Self.legDown), angle: side * 0.05, isDynamic: true)
      physics.addBox(
        halfWidth: width / 2, halfHeight: Self.legHeight / 2, to: part,
        of: Physics.Material(density: 1, category: 0x20, mask: 1))
      return part
    }
    for side in [-1.0, 1.0] {
      let upper = addPart(Self.legWidth, at: y - Self.legHeight / 2, side: side, to: physics)
      joints.append(
        physics.addHinge(
          hullBody, upper, at: ((0, Self.legDown), (0, Self.legHeight / 2)), angles: -0.8...1.1, motorSpeed: side,
          maxTorque: Self.motorTorque))
      let lower = addPart(Self.lowerLegWidth, at: y - Self.legHeight * 3 / 2, side: side, to: physics)
      joints.append(
        physics.addHinge(
          upper, lower, at: ((0, -Self.legHeight / 2), (0, Self.legHeight / 2)), angles: -1.6 ... -0.1,
          motorSpeed: 1, maxTorque: Self.motorTorque))
      legs += [upper, lower]
    }
    (legBodies, self.joints) = (legs, joints)
  }

  static let inputWidth = 4

  /// Hip and knee of one leg, then of the other, −1 ... 1.
  func advance(_ input: Span<Double>) {
    for (index, joint) in joints.enumerated() {
      let speed = index.isMultiple(of: 2) ? Self.hipSpeed : Self.kneeSpeed
      let sign: Double = input[index] > 0 ? 1 : input[index] < 0 ? -1 : 0
      physics.setMotor(of: joint, speed: speed * sign, maxTorque: Self.motorTorque * abs(input[index]))
    }
    physics.step(seconds: 1 / Self.framesPerSecond, velocityIterations: 180, positionIterations: 60)
  }

  var hull: Motion { physics.motion(of: hullBody) }
  /// Upper and lower of one leg, then of the other.
  var legs: [Motion] { legBodies.map { physics.motion(of: $0) } }

  /// The hull's angle and speeds, both legs, and ten measured distances to the ground, in Gymnasium's units.
  func observe(into observation: inout MutableSpan<Float>) {
    let hull = hull
    observation[0] = hull.angle
    observation[1] = Float(2 * Double(hull.angular_velocity) / Self.framesPerSecond)
    observation[2] = Float(0.3 * Double(hull.velocity.x) * (600 / Self.scale) / Self.framesPerSecond)
    observation[3] = Float(0.3 * Double(hull.velocity.y) * (400 / Self.scale) / Self.framesPerSecond)
    for leg in 0..<2 {
      let (hip, knee) = (physics.motion(ofHinge: joints[2 * leg]), physics.motion(ofHinge: joints[2 * leg + 1]))
      let first = 4 + 5 * leg
      observation[first] = hip.angle
      observation[first + 1] = Float(Double(hip.speed) / Self.hipSpeed)
      observation[first + 2] = Float(Double(knee.angle) + 1)
      observation[first + 3] = Float(Double(knee.speed) / Self.kneeSpeed)
      observation[first + 4] = physics.motion(of: legBodies[2 * leg + 1]).has_contact ? 1 : 0
    }
    let eye = (x: Double(hull.position.x), y: Double(hull.position.y))
    for ray in 0..<10 {
      let (sine, cosine) = sineAndCosine(1.5 * Double(ray) / 10)
      observation[14 + ray] = physics.castRay(
        from: eye, to: (eye.x + sine * Self.lidarRange, eye.y - cosine * Self.lidarRange), categories: 1)
    }
  }
}
