import Drawing
import Foundation

extension CartPole: Drawable {
  package var stepsPerSecond: Double { 50 }
  package var actionNames: [String] { ["left", "right"] }

  package func scene(of state: State, after action: [Float]?) -> Scene {
    var scene = Scene(x: -2.7...2.7, y: -0.9...1.7)
    scene.line([(-2.7, 0), (2.7, 0)], width: 0.02, .ink)
    // Where the cart must not go.
    for limit in [-2.4, 2.4] { scene.line([(limit, -0.14), (limit, 0.14)], width: 0.03, .red) }
    let x = state.position
    if let action {
      let side = action[0] == 1 ? 1.0 : -1
      scene.arrow(from: (x + side * 0.3, -0.45), to: (x + side * 0.75, -0.45), size: 0.16, .orange)
    }
    for wheel in [-0.16, 0.16] { scene.circle(x + wheel, -0.17, radius: 0.08, .grey) }
    scene.rectangle(x - 0.3, -0.15, 0.6, 0.3, .ink)
    // The pole is a metre long.
    let tip = (x: x + sin(state.angle), y: 0.06 + cos(state.angle))
    scene.line([(x, 0.06), tip], width: 0.11, .init(0xC8965A))
    scene.circle(x, 0.06, radius: 0.06, .sky)
    return scene
  }
}

/// The valley and the car of both mountain cars.
private func mountain(position: Double, goal: Double, force: Double?) -> Scene {
  func height(_ x: Double) -> Double { 0.45 * sin(3 * x) + 0.55 }
  var scene = Scene(x: -1.25...0.65, y: -0.05...1.25, background: .init(0xDDEFFB))
  let ridge = stride(from: -1.25, through: 0.651, by: 0.02).map { (x: $0, y: height($0)) }
  scene.polygon([(-1.25, -0.05)] + ridge + [(0.65, -0.05)], .init(0x7FA65A))
  scene.line(ridge, width: 0.012, .init(0x4E6B36))
  scene.line([(goal, height(goal)), (goal, height(goal) + 0.2)], width: 0.01, .ink)
  scene.polygon(
    [(goal, height(goal) + 0.2), (goal + 0.09, height(goal) + 0.165), (goal, height(goal) + 0.13)], .red)

  let angle = atan(1.35 * cos(3 * position))
  let place = (x: position, y: height(position))
  func placed(_ corners: [(x: Double, y: Double)]) -> [(x: Double, y: Double)] {
    Scene.placed(corners, at: place, angle: angle)
  }
  if let force, force != 0 {
    let end = 0.1 + 0.12 * min(abs(force), 1)
    let arrow = placed([(force > 0 ? 0.1 : -0.1, 0.075), (force > 0 ? end : -end, 0.075)])
    scene.arrow(from: arrow[0], to: arrow[1], size: 0.045, .orange)
  }
  scene.polygon(placed([(-0.085, 0.03), (0.085, 0.03), (0.085, 0.07), (-0.085, 0.07)]), .blue)
  scene.polygon(placed([(-0.055, 0.07), (0.05, 0.07), (0.03, 0.11), (-0.035, 0.11)]), .blue)
  scene.polygon(placed([(-0.04, 0.074), (-0.006, 0.074), (-0.006, 0.1), (-0.027, 0.1)]), .pale)
  scene.polygon(placed([(0.006, 0.074), (0.036, 0.074), (0.022, 0.1), (0.006, 0.1)]), .pale)
  for wheel in placed([(-0.05, 0.025), (0.05, 0.025)]) {
    scene.circle(wheel.x, wheel.y, radius: 0.025, .ink)
    scene.circle(wheel.x, wheel.y, radius: 0.01, .grey)
  }
  return scene
}

extension MountainCar: Drawable {
  package var actionNames: [String] { ["left", "coast", "right"] }

  package func scene(of state: State, after action: [Float]?) -> Scene {
    mountain(position: state.position, goal: 0.5, force: action.map { Double($0[0] - 1) })
  }
}

extension MountainCarContinuous: Drawable {
  package func scene(of state: State, after action: [Float]?) -> Scene {
    mountain(position: state.position, goal: 0.45, force: action.map { Double($0[0]) })
  }
}

extension Acrobot: Drawable {
  package var stepsPerSecond: Double { 15 }
  package var actionNames: [String] { ["torque -1", "torque 0", "torque 1"] }

  package func scene(of state: State, after action: [Float]?) -> Scene {
    var scene = Scene(x: -2.4...2.4, y: -2.3...2.3)
    // The height that the tip is to reach.
    scene.line([(-2.4, 1), (2.4, 1)], width: 0.03, .green)
    let elbow = (x: sin(state.angle1), y: -cos(state.angle1))
    let both = state.angle1 + state.angle2
    let tip = (x: elbow.x + sin(both), y: elbow.y - cos(both))
    scene.line([(0, 0), elbow], width: 0.2, .blue)
    scene.line([elbow, tip], width: 0.2, .sky)
    scene.circle(0, 0, radius: 0.13, .ink)
    let torque = action.map { Double($0[0] - 1) } ?? 0
    scene.circle(elbow.x, elbow.y, radius: 0.13, torque == 0 ? .yellow : .orange)
    scene.turn(around: elbow, by: torque * 1.6, radius: 0.34, size: 0.17)
    return scene
  }
}

extension Pendulum: Drawable {
  package func scene(of state: State, after action: [Float]?) -> Scene {
    var scene = Scene(x: -1.5...1.5, y: -1.3...1.3)
    scene.circle(0, 0, radius: 1.12, .pale)
    scene.circle(0, 0, radius: 1.1, .paper)
    let tip = (x: -sin(state.angle), y: cos(state.angle))
    scene.line([(0, 0), tip], width: 0.2, .init(0xC8504B))
    scene.circle(0, 0, radius: 0.06, .ink)
    let torque = action.map { min(max(Double($0[0]), -2), 2) } ?? 0
    scene.turn(around: (0, 0), by: torque, radius: 0.36, size: 0.13)
    return scene
  }
}

extension Scene {
  /// A bent arrow around a joint, as long as its angle, counter-clockwise where that is positive.
  fileprivate mutating func turn(around centre: (x: Double, y: Double), by angle: Double, radius: Double, size: Double)
  {
    guard abs(angle) * radius > size * 1.05 else { return }
    let start = Double.pi / 2 - angle / 2
    func point(_ share: Double) -> (x: Double, y: Double) {
      (centre.x + radius * cos(start + share * angle), centre.y + radius * sin(start + share * angle))
    }
    let neck = 1 - size / (abs(angle) * radius)
    line((0...12).map { point(Double($0) / 12 * neck) }, width: size * 0.35, .orange)
    let (before, end) = (point(neck), point(1))
    let (across, up) = ((end.x - before.x) * 0.6, (end.y - before.y) * 0.6)
    polygon([end, (before.x - up, before.y + across), (before.x + up, before.y - across)], .orange)
  }
}
