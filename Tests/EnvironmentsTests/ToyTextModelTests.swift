import RLCore
import Randomness
import Testing

@testable import Environments

/// Planning over the tables, and the tables against the worlds they describe.
@Suite struct ToyTextModelTests {
  /// The greatest expected return from a start, by value iteration.
  private func optimum(_ id: String, discount: Double = 1) throws -> Double {
    try Plan(id, discount: discount).startValue
  }

  @Test(arguments: [
    ("FrozenLake-v1", 0.99, 0.54203), ("FrozenLake8x8-v1", 0.99, 0.41464), ("CliffWalking-v1", 1, -13),
    ("Taxi-v4", 1, 7.93), ("Blackjack-v1", 1, -0.04311), ("Blackjack-v1:sab=false", 1, -0.04656),
  ])
  func optimaAreTheKnownOnes(id: String, discount: Double, value: Double) throws {
    let digits = id.hasPrefix("Taxi") ? 0.005 : 0.000005
    #expect(abs(try optimum(id, discount: discount) - value) < digits)
  }

  /// Without slipping the shortest ways count: 6 steps to the goal of the small lake, 14 of the large one.
  @Test func dryLakesAreShortWays() throws {
    #expect(abs(try optimum("FrozenLake-v1:is_slippery=false", discount: 0.9) - 0.59049) < 1e-12)
    #expect(abs(try optimum("FrozenLake8x8-v1:is_slippery=false", discount: 0.5) - 0x1p-13) < 1e-12)
    #expect(try optimum("FrozenLake-v1:success_rate=1") == 1)
  }

  /// Rain can only lengthen rides; a fickle passenger who wants back to where they stood shortens some.
  @Test func ridesGrowLongerInRain() throws {
    let dry = try optimum("Taxi-v4")
    let rainy = try optimum("Taxi-v4:is_rainy=true")
    let fickle = try optimum("Taxi-v4:fickle_passenger=true")
    let both = try optimum("Taxi-v4:is_rainy=true,fickle_passenger=true")
    #expect(dry > rainy && fickle > both && dry != fickle)
    // What value iteration over Gymnasium's own table gives.
    #expect(abs(rainy - 3.95457) < 0.00001)
    #expect(try optimum("Taxi-v4:fickle_passenger=true,fickle_probability=0") == dry)
    #expect(try optimum("Taxi-v4:is_rainy=true,rainy_probability=1") == dry)
  }

  static let ids = [
    "FrozenLake-v1", "FrozenLake-v1:desc=SFF/FHS/SFG/FFF", "CliffWalking-v1", "CliffWalkingSlippery-v1", "Taxi-v4",
    "Taxi-v4:is_rainy=true,fickle_passenger=true", "Blackjack-v1", "Blackjack-v1:sab=false",
    "Blackjack-v1:natural=true,sab=false", "RandomWalk-v0", "RandomWalk-v0:states=4", "WindyGridworld-v0",
    "WindyGridworld-v0:kings_moves=true,stochastic_wind=true", "Gridworld-v0", "Gridworld-v0:map=S.#G",
  ].map { $0.replacing(".", with: "F") }

  @Test(arguments: ids) func probabilitiesAddUpToOne(_ id: String) throws {
    func check(_ world: some TabularModel) {
      #expect(abs(world.startProbabilities.reduce(0, +) - 1) < 1e-12)
      #expect(world.startProbabilities.count == world.stateCount)
      #expect(world.specification.actionSpace == .discrete(count: world.actionCount))
      for state in 0..<world.stateCount {
        for action in 0..<world.actionCount {
          let transitions = world.transitions(from: state, action: action)
          #expect(abs(transitions.map(\.probability).reduce(0, +) - 1) < 1e-12)
          #expect(transitions.allSatisfy { $0.probability >= 0 && (0..<world.stateCount).contains($0.nextState) })
        }
      }
    }
    check(try Plan.model(id))
  }

  /// Every random step is one of the table's, and each outcome comes as often as it says: within five standard
  /// deviations of the expected number, summed over all states and actions.
  @Test(arguments: ids) func stepsComeAsTheTableSays(_ id: String) throws {
    func check<World: TabularModel>(_ world: World) {
      var generator = PCG64(seed: 7)
      var state = world.reset(using: &generator)
      var counts: [Event: Int] = [:]
      var visits: [[Int]: Int] = [:]
      for _ in 0..<60_000 {
        let index = world.index(of: state)
        let action = [Float(generator.choice(world.actionCount))]
        let outcome = world.step(&state, action: action.span, using: &generator)
        let hasEnded = outcome.ending == .terminated
        // Where a game has ended only the reward counts.
        let next = hasEnded ? nil : world.index(of: state)
        counts[Event(state: index, action: Int(action[0]), next: next, reward: outcome.reward), default: 0] += 1
        visits[[index, Int(action[0])], default: 0] += 1
        if hasEnded || generator.choice(100) == 0 { state = world.reset(using: &generator) }
      }
      var square = 0.0
      var freedom = 0
      for (place, visited) in visits {
        var expected: [Event: Double] = [:]
        for transition in world.transitions(from: place[0], action: place[1]) where transition.probability > 0 {
          let next = transition.terminated ? nil : transition.nextState
          let event = Event(state: place[0], action: place[1], next: next, reward: transition.reward)
          expected[event, default: 0] += transition.probability * Double(visited)
        }
        for (event, count) in counts where event.state == place[0] && event.action == place[1] {
          #expect(expected[event] != nil, "\(count) times \(event)")
        }
        guard expected.values.allSatisfy({ $0 >= 5 }) else { continue }
        for (event, mean) in expected {
          let difference = Double(counts[event] ?? 0) - mean
          square += difference * difference / mean
        }
        freedom += expected.count - 1
      }
      // Pearson's statistic has mean f and variance 2 f, and a longer tail upwards.
      #expect(square <= Double(freedom) + 5 * (2 * Double(freedom)).squareRoot() + 1e-9, "\(square) for \(freedom)")
    }
    check(try Plan.model(id))
  }

  /// What the planned policy earns when it plays.
  @Test(arguments: [
    "Blackjack-v1", "Blackjack-v1:natural=true,sab=false", "Taxi-v4:is_rainy=true,fickle_passenger=true",
  ])
  func plansEarnWhatTheyPromise(_ id: String) throws {
    let plan = try Plan(id, discount: 1)
    let returns = plan.play(episodes: 30_000, seed: 3)
    let mean = returns.reduce(0, +) / Double(returns.count)
    let variance = returns.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(returns.count)
    #expect(abs(mean - plan.startValue) < 4 * (variance / Double(returns.count)).squareRoot())
  }
}

private struct Event: Hashable {
  var state, action: Int
  /// nil where the episode ended.
  var next: Int?
  var reward: Double
}
