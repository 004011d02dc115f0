import RLCore
import Randomness
import Testing

@testable import Environments

@Suite struct TextbookTests {
  /// Sutton and Barto: 2 i / 20 − 1.
  @Test(arguments: [19, 5, 4, 1]) func randomWalksHaveStraightValues(states: Int) throws {
    let plan = try Plan("RandomWalk-v0:states=\(states)", discount: 1)
    for state in 1...states {
      #expect(abs(plan.values[state] - (2 * Double(state) / Double(states + 1) - 1)) < 1e-9)
    }
    #expect(abs(plan.startValue - (states == 4 ? -0.2 : 0)) < 1e-9)
  }

  /// Sutton and Barto's book: 15 steps, 7 with king's moves.
  @Test func windsAreCrossedInTheBooksNumberOfSteps() throws {
    #expect(try Plan("WindyGridworld-v0", discount: 1).startValue == -15)
    #expect(try Plan("WindyGridworld-v0:kings_moves=true", discount: 1).startValue == -7)
    let stochastic = try Plan("WindyGridworld-v0:kings_moves=true,stochastic_wind=true", discount: 1).startValue
    #expect(stochastic < -7 && stochastic > -15)
  }

  /// The utilities of Russell and Norvig's figure 17.3, a cell's being the reward of −0.04 on leaving it and on.
  @Test func gridworldHasTheBooksUtilities() throws {
    let plan = try Plan("Gridworld-v0", discount: 1)
    let book: [Double?] = [0.812, 0.868, 0.918, nil, 0.762, nil, 0.660, nil, 0.705, 0.655, 0.611, 0.388]
    for (cell, utility) in book.enumerated() {
      if let utility { #expect(abs(plan.values[cell] - utility) < 0.0005, "cell \(cell)") }
    }
  }

  @Test func gridworldsAreOnesOwn() throws {
    let id = "Gridworld-v0:map=SF#FG/FFFFF,slip=0,step_reward=-1,goal_reward=10"
    #expect(try Plan(id, discount: 1).startValue == 4)
  }

  /// Means are drawn by the seed and kept for an episode; rewards scatter around them with deviation 1.
  @Test func banditsPayTheirMeans() throws {
    let world = try #require(try EnvironmentCatalogue.environment("Bandit-v0:arms=3") as? Bandit)
    var generator = PCG64(seed: 11)
    func means(_ state: Bandit.State) -> [Double] { (0..<3).map { world.mean(of: $0, in: 0, state) } }
    let first = world.reset(using: &generator)
    for arm in 0..<3 {
      var state = first
      let action = [Float(arm)]
      let rewards = (0..<20_000).map { _ in world.step(&state, action: action.span, using: &generator).reward }
      let mean = rewards.reduce(0, +) / 20_000
      let variance = rewards.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / 20_000
      #expect(abs(mean - means(first)[arm]) < 0.03)
      #expect(abs(variance - 1) < 0.05)
      #expect(means(state) == means(first))
    }
    let others = (0..<4000).flatMap { _ in means(world.reset(using: &generator)) }
    #expect(Set(others + means(first)).count > 11_990)
    let mean = others.reduce(0, +) / Double(others.count)
    let variance = others.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(others.count)
    #expect(abs(mean) < 0.04 && abs(variance - 1) < 0.06)
  }

  @Test func contextsAreSeenAndCount() throws {
    let world = try #require(try EnvironmentCatalogue.environment("ContextualBandit-v0:contexts=4,arms=2") as? Bandit)
    #expect(world.specification.observationSpace == .discrete(count: 4))
    var generator = PCG64(seed: 1)
    var state = world.reset(using: &generator)
    let first = state
    var sums: [Double] = Array(repeating: 0, count: 4)
    var counts = Array(repeating: 0, count: 4)
    let action: [Float] = [1]
    for _ in 0..<40_000 {
      let context = state.context
      sums[context] += world.step(&state, action: action.span, using: &generator).reward
      counts[context] += 1
    }
    for context in 0..<4 {
      #expect(abs(counts[context] - 10_000) < 450)
      #expect(abs(sums[context] / Double(counts[context]) - world.mean(of: 1, in: context, first)) < 0.05)
    }
  }

  @Test func banditsAreCutAfterTheirPulls() throws {
    #expect(try EnvironmentCatalogue.specification("Bandit-v0").timeLimit == 1000)
    #expect(try EnvironmentCatalogue.specification("Bandit-v0:steps=5").timeLimit == 5)
  }
}
