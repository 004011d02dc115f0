import Formats
import RLCore
import Randomness

/// Two links that hang from a fixed point, with a motor at the joint between them (Sutton 1996; the equations are those
/// of Sutton and Barto's book), with Gymnasium's numerics: the first state is rounded to single precision, later ones are
/// double; a step is one of Runge and Kutta's of fourth order over 0.2 s.
///
/// Actions 0, 1, 2 are torques −1, 0, 1 N m. An episode terminates when the tip is a link's length above the fixed point.
package struct Acrobot: Environment {
  package struct State: Sendable, Codable, Hashable {
    /// Radians from hanging down, radians from the first link's direction, and radians a second of both.
    package var angle1, angle2, velocity1, velocity2: Double
    /// Whether the episode has just begun: the first observation is computed in single precision.
    var isFirst = false
  }

  package let specification: EnvironmentSpecification

  init(id: String) {
    let high = [1, 1, 1, 1, Float(Self.speedLimit1), Float(Self.speedLimit2)]
    specification = EnvironmentSpecification(
      id: id, observationSpace: .box(low: high.map { -$0 }, high: high), actionSpace: .discrete(count: 3),
      timeLimit: 500, rewardThreshold: -100)
  }

  private static let speedLimit1 = 4 * Double.pi
  private static let speedLimit2 = 9 * Double.pi
  private static let tau = 0.2
  private static let gravity = 9.8
  /// Where the centre of mass of a link is; its length, mass and moment of inertia are 1.
  private static let centre = 0.5

  package func reset(using generator: inout PCG64) -> State {
    func draw() -> Double { Double(Float(generator.uniform(-0.1, 0.1))) }
    return State(angle1: draw(), angle2: draw(), velocity1: draw(), velocity2: draw(), isFirst: true)
  }

  package func step(_ state: inout State, action: Span<Float>, using generator: inout PCG64) -> Outcome {
    let torque = Double(action[0] - 1)
    let start = SIMD4(state.angle1, state.angle2, state.velocity1, state.velocity2)
    let k1 = Self.slope(start, torque)
    let k2 = Self.slope(start + Self.tau / 2 * k1, torque)
    let k3 = Self.slope(start + Self.tau / 2 * k2, torque)
    let k4 = Self.slope(start + Self.tau * k3, torque)
    let next = start + Self.tau / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
    state = State(
      angle1: Self.wrapped(next[0]), angle2: Self.wrapped(next[1]),
      velocity1: min(max(next[2], -Self.speedLimit1), Self.speedLimit1),
      velocity2: min(max(next[3], -Self.speedLimit2), Self.speedLimit2))
    let isUp = -sineAndCosine(state.angle1).cosine - sineAndCosine(state.angle2 + state.angle1).cosine > 1
    return Outcome(reward: isUp ? 0 : -1, ending: isUp ? .terminated : .none)
  }

  /// The derivative of angles and velocities with respect to time. Squares are products; those of Gymnasium are powers,
  /// whose last bit differs in one of a thousand.
  private static func slope(_ state: SIMD4<Double>, _ torque: Double) -> SIMD4<Double> {
    let (angle1, angle2, velocity1, velocity2) = (state[0], state[1], state[2], state[3])
    let (sine2, cosine2) = sineAndCosine(angle2)
    let d1 = centre * centre + (1 + centre * centre + 2 * centre * cosine2) + 1 + 1
    let d2 = centre * centre + centre * cosine2 + 1
    let phi2 = centre * gravity * sineAndCosine(angle1 + angle2 - .pi / 2).cosine
    let phi1 =
      -centre * (velocity2 * velocity2) * sine2 - 2 * centre * velocity2 * velocity1 * sine2
      + (centre + 1) * gravity * sineAndCosine(angle1 - .pi / 2).cosine + phi2
    let acceleration2 =
      (torque + d2 / d1 * phi1 - centre * (velocity1 * velocity1) * sine2 - phi2)
      / (centre * centre + 1 - (d2 * d2) / d1)
    let acceleration1 = -(d2 * acceleration2 + phi1) / d1
    return SIMD4(velocity1, velocity2, acceleration1, acceleration2)
  }

  /// The angle in −π … π, by whole turns.
  private static func wrapped(_ angle: Double) -> Double {
    var angle = angle
    while angle > .pi { angle -= 2 * .pi }
    while angle < -.pi { angle += 2 * .pi }
    return angle
  }

  package func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    if state.isFirst {
      (observation[0], observation[1]) = Self.smallCosineAndSine(Float(state.angle1))
      (observation[2], observation[3]) = Self.smallCosineAndSine(Float(state.angle2))
    } else {
      let (sine1, cosine1) = sineAndCosine(state.angle1)
      let (sine2, cosine2) = sineAndCosine(state.angle2)
      (observation[0], observation[1]) = (Float(cosine1), Float(sine1))
      (observation[2], observation[3]) = (Float(cosine2), Float(sine2))
    }
    observation[4] = Float(state.velocity1)
    observation[5] = Float(state.velocity2)
  }

  /// Cosine and sine of an angle in −π/4 … π/4 with the last bits that NumPy gives single-precision numbers: minimax
  /// polynomials of degree 8 and 9, by Horner's rule with one rounding for each product and sum.
  private static func smallCosineAndSine(_ x: Float) -> (Float, Float) {
    let square = x * x
    var cosine = (-0x1.6c06dcp-10 as Float).addingProduct(0x1.98e616p-16, square)
    cosine = (0x1.55553cp-5 as Float).addingProduct(cosine, square)
    cosine = (-0.5 as Float).addingProduct(cosine, square)
    cosine = (1 as Float).addingProduct(cosine, square)
    var sine = (-0x1.a06bbap-13 as Float).addingProduct(0x1.7d3bbcp-19, square)
    sine = (0x1.11119ap-7 as Float).addingProduct(sine, square)
    sine = (-0x1.555556p-3 as Float).addingProduct(sine, square)
    return (cosine, x.addingProduct(sine * square, x))
  }
}
