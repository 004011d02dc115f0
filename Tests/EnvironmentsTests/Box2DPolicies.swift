import Environments
import RLCore

/// Policies for the Box2D worlds, written by hand.
enum Box2DPolicy: String, CaseIterable {
  case idle, skilled

  /// One episode's policy: an action for each observation.
  func make(for specification: EnvironmentSpecification) -> ([Float]) -> [Float] {
    let width = specification.actionSpace.width
    if self == .idle { return { _ in Array(repeating: 0, count: width) } }
    if specification.id.hasPrefix("LunarLander") { return { Self.land($0, hasThrottles: width == 2) } }
    var gait = Gait()
    return { gait.walk($0) }
  }

  /// A craft is tilted toward the pad and its descent braked in proportion; on its legs it only brakes.
  private static func land(_ seen: [Float], hasThrottles: Bool) -> [Float] {
    let seen = seen.map(Double.init)
    var (turn, lift) = (0.0, -seen[3] * 0.5)
    if seen[6] == 0 && seen[7] == 0 {
      let tilt = min(max(seen[0] * 0.5 + seen[2], -0.4), 0.4)
      turn = (tilt - seen[4]) * 0.5 - seen[5]
      lift += (0.55 * abs(seen[0]) - seen[1]) * 0.5
    }
    if hasThrottles {
      return [lift * 20 - 1, -turn * 20].map { Float(min(max($0, -1), 1)) }
    }
    if lift > abs(turn) && lift > 0.05 { return [2] }
    return [turn < -0.05 ? 3 : turn > 0.05 ? 1 : 0]
  }

  /// Swings one leg forward on the other, puts it down, and pushes off.
  private struct Gait {
    private enum Phase { case swing, putDown, pushOff }
    private var phase = Phase.swing
    /// Which leg swings, 0 or 1.
    private var moving = 0
    private var supportKnee = Self.straight
    private static let straight = 0.1
    private static let pace = 0.29

    mutating func walk(_ observation: [Float]) -> [Float] {
      let seen = observation.map(Double.init)
      let (swung, stood) = (moving, 1 - moving)
      /// Hip, its speed, knee, its speed, contact.
      func leg(_ leg: Int, _ index: Int) -> Double { seen[4 + 5 * leg + index] }
      var hips: [Double?] = [nil, nil]
      var knees: [Double?] = [nil, nil]

      if phase == .swing {
        (hips[swung], knees[swung]) = (1.1, -0.6)
        supportKnee = min(supportKnee + (seen[2] > Self.pace ? 0.06 : 0.03), Self.straight)
        knees[stood] = supportKnee
        if leg(stood, 0) < 0.1 { phase = .putDown }
      }
      if phase == .putDown {
        (hips[swung], knees[swung]) = (0.1, Self.straight)
        knees[stood] = supportKnee
        if leg(swung, 4) != 0 {
          phase = .pushOff
          supportKnee = min(leg(swung, 2), Self.straight)
        }
      }
      if phase == .pushOff {
        (knees[swung], knees[stood]) = (supportKnee, 1)
        if leg(stood, 2) > 0.88 || seen[2] > 1.2 * Self.pace {
          phase = .swing
          moving = 1 - moving
        }
      }

      return (0..<2).flatMap { index -> [Float] in
        // A target of 0 is none, as in the policy that this one is compared with.
        let hip = hips[index].map { $0 == 0 ? 0 : 0.9 * ($0 - leg(index, 0)) - 0.25 * leg(index, 1) } ?? 0
        let knee = knees[index].map { $0 == 0 ? 0 : 4 * ($0 - leg(index, 2)) - 0.25 * leg(index, 3) } ?? 0
        let upright = 0.9 * seen[0] + 1.5 * seen[1]
        return [hip + upright, knee - 15 * seen[3]].map { Float(min(max(0.5 * $0, -1), 1)) }
      }
    }
  }
}
