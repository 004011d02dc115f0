import CBox2D

/// How a body and how a hinge moves.
typealias Motion = rl_motion
typealias HingeMotion = rl_hinge_motion

/// A Box2D world: bodies of polygons and lines, joined by hinges with motors. Metres, seconds, kilograms, radians.
final class Physics {
  /// A body or a hinge, by the number in which it was added.
  typealias Body = Int32
  typealias Hinge = Int32
  typealias Material = rl_material

  private let world: OpaquePointer

  init(gravity: Double) { world = rl_physics_create(0, Float(gravity)) }

  deinit { rl_physics_destroy(world) }

  func addBody(at position: (x: Double, y: Double) = (0, 0), angle: Double = 0, isDynamic: Bool) -> Body {
    rl_physics_add_body(world, isDynamic, point(position), Float(angle))
  }

  /// A convex polygon of 3 to 8 corners in the body's coordinates.
  func addPolygon(_ corners: [(x: Double, y: Double)], to body: Body, of material: Material) {
    rl_physics_add_polygon(world, body, corners.map(point), Int32(corners.count), material)
  }

  /// A rectangle around the body's origin.
  func addBox(halfWidth: Double, halfHeight: Double, to body: Body, of material: Material) {
    rl_physics_add_box(world, body, Float(halfWidth), Float(halfHeight), material)
  }

  func addLine(
    from start: (x: Double, y: Double), to end: (x: Double, y: Double), to body: Body, of material: Material
  ) {
    rl_physics_add_edge(world, body, point(start), point(end), material)
  }

  /// Joins two bodies at an anchor, given in the coordinates of each.
  func addHinge(
    _ first: Body, _ second: Body, at anchors: ((x: Double, y: Double), (x: Double, y: Double)),
    angles: ClosedRange<Double>, motorSpeed: Double, maxTorque: Double
  ) -> Hinge {
    rl_physics_add_hinge(
      world,
      rl_hinge(
        body_a: first, body_b: second, anchor_a: point(anchors.0), anchor_b: point(anchors.1),
        lower_angle: Float(angles.lowerBound), upper_angle: Float(angles.upperBound),
        motor_speed: Float(motorSpeed), max_motor_torque: Float(maxTorque)))
  }

  func apply(force: (x: Double, y: Double), to body: Body) { rl_physics_apply_force(world, body, point(force)) }

  func apply(torque: Double, to body: Body) { rl_physics_apply_torque(world, body, Float(torque)) }

  func apply(impulse: (x: Double, y: Double), at position: (x: Double, y: Double), to body: Body) {
    rl_physics_apply_impulse(world, body, point(impulse), point(position))
  }

  func setMotor(of hinge: Hinge, speed: Double, maxTorque: Double) {
    rl_physics_set_motor(world, hinge, Float(speed), Float(maxTorque))
  }

  func step(seconds: Double, velocityIterations: Int, positionIterations: Int) {
    rl_physics_step(world, Float(seconds), Int32(velocityIterations), Int32(positionIterations))
  }

  func motion(of body: Body) -> Motion { rl_physics_motion(world, body) }

  func motion(ofHinge hinge: Hinge) -> HingeMotion { rl_physics_hinge_motion(world, hinge) }

  /// The share of the way at which a ray first hits something of these categories; 1 for nothing.
  func castRay(from start: (x: Double, y: Double), to end: (x: Double, y: Double), categories: UInt16) -> Float {
    rl_physics_cast_ray(world, point(start), point(end), categories)
  }

  private func point(_ position: (x: Double, y: Double)) -> rl_point {
    rl_point(x: Float(position.x), y: Float(position.y))
  }
}

extension rl_material {
  /// Collides with everything unless told. Friction is Box2D's default.
  init(
    density: Double = 0, friction: Double = 0.2, restitution: Double = 0, category: UInt16 = 1, mask: UInt16 = .max
  ) {
    self.init(
      density: Float(density), friction: Float(friction), restitution: Float(restitution), category: category,
      mask: mask)
  }
}
