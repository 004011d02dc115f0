import RLCore
import Randomness
import Testing

@testable import Environments

/// The optimal values and actions of a world with a table, by value iteration.
struct Plan {
  private let world: any TabularModel
  private(set) var values: [Double]
  private(set) var actions: [Int]

  static func model(_ id: String) throws -> any TabularModel {
    try #require(try EnvironmentCatalogue.environment(id) as? any TabularModel, "\(id) has no table")
  }

  init(_ id: String, discount: Double) throws {
    let model = try Self.model(id)
    world = model
    let states = model.stateCount
    let tables = (0..<states).map { state in
      (0..<model.actionCount).map { model.transitions(from: state, action: $0) }
    }
    values = Array(repeating: 0, count: states)
    actions = Array(repeating: 0, count: states)
    var change = 1.0
    var sweeps = 0
    // Unreachable states without an end, such as a ride whose passenger is nowhere to be fetched, may sink for ever.
    while change > 1e-13, sweeps < 20_000 {
      change = 0
      sweeps += 1
      for state in 0..<states {
        var best = -Double.infinity
        for (action, transitions) in tables[state].enumerated() {
          var value = 0.0
          for transition in transitions {
            let future = transition.terminated ? 0 : discount * values[transition.nextState]
            value += transition.probability * (transition.reward + future)
          }
          // Rounding must not make equal actions differ.
          if value > best + 1e-12 { (best, actions[state]) = (value, action) }
        }
        change = max(change, abs(best - values[state]))
        values[state] = best
      }
    }
  }

  var startValue: Double { zip(world.startProbabilities, values).map(*).reduce(0, +) }

  /// The undiscounted returns of the planned actions.
  func play(episodes: Int, seed: UInt64) -> [Double] { play(in: world, episodes: episodes, seed: seed) }

  private func play(in world: some TabularModel, episodes: Int, seed: UInt64) -> [Double] {
    var generator = PCG64(seed: seed)
    return (0..<episodes).map { _ in
      var state = world.reset(using: &generator)
      var total = 0.0
      while true {
        let action = [Float(actions[world.index(of: state)])]
        let outcome = world.step(&state, action: action.span, using: &generator)
        total += outcome.reward
        if outcome.ending == .terminated { return total }
      }
    }
  }
}
