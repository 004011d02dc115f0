import Environments
import Learning
import Randomness
import Telemetry
import TestSupport
import Testing

@testable import RLCore
@testable import Settings

/// The tabular agents against the exact optimal values of their worlds.
@Suite struct TabularTests {
  /// What greedy actions are worth on average at the start, undiscounted or not, computed from the transition table.
  private func value(of agent: any Agent, in id: String, gamma: Double) throws -> Double {
    let model = try #require(try EnvironmentCatalogue.make(id, count: 1).model)
    let count = try StateIndex(model.specification, agent: "").count
    let policy = agent.policy
    let actions = RLCoreTests.actions(
      of: policy, on: observations(of: model.specification.observationSpace, count: count), rows: count,
      deterministic: true)
    var values = Array(repeating: 0.0, count: model.stateCount)
    let table = (0..<model.stateCount).map { state in
      // States beyond the observed ones are starts that look like a twenty-one: they stick.
      model.transitions(from: state, action: state < count ? Int(actions[state]) : 0)
    }
    for _ in 0..<2_000 {
      for (state, transitions) in table.enumerated() {
        values[state] = transitions.reduce(0) {
          $0 + $1.probability * ($1.reward + ($1.terminated ? 0 : gamma * values[$1.nextState]))
        }
      }
    }
    return zip(model.startProbabilities, values).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// The observation of every state, one after the other.
  private func observations(of space: Space, count: Int) -> [Float] {
    guard case .multiDiscrete(let counts) = space else { return (0..<count).map { Float($0) } }
    return (0..<count).flatMap { (index: Int) -> [Float] in
      let rest = index / counts[2]
      return [Float(rest / counts[1]), Float(rest % counts[1]), Float(index % counts[2])]
    }
  }

  private func train(
    _ type: any Agent.Type, _ values: [String: HyperparameterValue], in id: String, environmentCount: Int = 4,
    steps: Int
  ) throws -> (agent: any Agent, sink: MemorySink) {
    let world = try EnvironmentCatalogue.make(id, count: environmentCount)
    let agent = try Agents.make(
      type, hyperparameters: values, for: world.specification, environmentCount: environmentCount, seed: 3)
    try agent.check(world)
    var plan = TrainingPlan(budget: steps)
    plan.evaluationFrequency = 0
    plan.finalEpisodes = 10
    let sink = MemorySink()
    try AgentTraining(agent, in: world, evaluatingIn: try EnvironmentCatalogue.make(id, count: 2), seed: 3, plan: plan)
      .train(
        into: sink)
    return (agent, sink)
  }

  @Test(arguments: [
    ("FrozenLake-v1", 0.99, 0.54203), ("FrozenLake8x8-v1", 0.99, 0.41464), ("CliffWalking-v1", 1, -13),
    ("Taxi-v4", 1, 7.93), ("Blackjack-v1", 1, -0.04311), ("Blackjack-v1:sab=false", 1, -0.04656),
  ])
  func `planning finds the exact values`(id: String, gamma: Double, expected: Double) throws {
    for type: any Agent.Type in [ValueIteration.self, PolicyIteration.self] {
      let (agent, sink) = try train(type, ["gamma": .number(gamma)], in: id, steps: 20_000_000)
      #expect(agent.isFinished)
      let planned = try #require(sink.last("train/start_value"))
      #expect(abs(planned - expected) < (id == "Taxi-v4" ? 0.005 : 1e-5))
      #expect(abs(try value(of: agent, in: id, gamma: gamma) - planned) < 1e-8)
    }
  }

  private static let learners: [any Agent.Type] = [
    QLearning.self, SARSA.self, ExpectedSARSA.self, DoubleQLearning.self, MonteCarloControl.self,
  ]

  /// Monte Carlo control, which learns slowly there, is tested on Blackjack.
  @Test(arguments: learners.indices.dropLast())
  func `learners find the shortest way over firm ice`(index: Int) throws {
    let (agent, _) = try train(
      Self.learners[index], ["exploration_final_eps": .number(0.1)], in: "FrozenLake-v1:is_slippery=false",
      steps: 200_000)
    #expect(abs(try value(of: agent, in: "FrozenLake-v1:is_slippery=false", gamma: 0.99) - 0.950990) < 1e-6)
  }

  @Test func `Q-learning walks along the cliff, SARSA keeps away from it`() throws {
    let values: [String: HyperparameterValue] = [
      "gamma": .number(1), "learning_rate": .number(0.2), "exploration_initial_eps": .number(0.1),
      "exploration_final_eps": .number(0.1),
    ]
    let (daring, _) = try train(QLearning.self, values, in: "CliffWalking-v1", steps: 200_000)
    #expect(try value(of: daring, in: "CliffWalking-v1", gamma: 1) == -13)
    let (careful, _) = try train(SARSA.self, values, in: "CliffWalking-v1", steps: 200_000)
    #expect((-17 ... -15).contains(try value(of: careful, in: "CliffWalking-v1", gamma: 1)))
  }

  @Test func `Q-learning and double Q-learning find the best policy on slippery ice`() throws {
    for type: any Agent.Type in [QLearning.self, DoubleQLearning.self] {
      let (agent, _) = try train(
        type, ["learning_rate": .text("lin_0.1"), "exploration_final_eps": .number(0.5)], in: "FrozenLake-v1",
        steps: 2_000_000)
      #expect(abs(try value(of: agent, in: "FrozenLake-v1", gamma: 0.99) - 0.54203) < 1e-3)
    }
  }

  @Test func `Monte Carlo control plays Blackjack`() throws {
    let (agent, _) = try train(
      MonteCarloControl.self, ["gamma": .number(1), "learning_rate": .text("lin_0.02")], in: "Blackjack-v1",
      environmentCount: 8, steps: 2_000_000)
    #expect(try value(of: agent, in: "Blackjack-v1", gamma: 1) > -0.055)
  }

  @Test func `Q-learning drives the taxi`() throws {
    let (agent, _) = try train(
      QLearning.self, ["gamma": .number(1), "learning_rate": .number(0.5), "exploration_final_eps": .number(0.1)],
      in: "Taxi-v4", steps: 1_000_000)
    #expect(try value(of: agent, in: "Taxi-v4", gamma: 1) > 7.9)
  }

  @Test func `a training that goes on from a checkpoint ends as an uninterrupted one`() throws {
    for type in Self.learners + [ValueIteration.self, PolicyIteration.self] {
      func trainer(stop: Int?) throws -> AgentTraining {
        var plan = TrainingPlan(budget: 40_000)
        plan.finalEpisodes = 0
        plan.stopStep = stop
        let world = try EnvironmentCatalogue.make("FrozenLake-v1", count: 3)
        return AgentTraining(
          try Agents.make(type, hyperparameters: [:], for: world.specification, environmentCount: 3, seed: 1),
          in: world,
          evaluatingIn: try EnvironmentCatalogue.make("FrozenLake-v1", count: 2), seed: 1, plan: plan)
      }
      let whole = try trainer(stop: nil)
      try whole.train(into: MemorySink())
      let first = try trainer(stop: 15_000)
      try first.train(into: MemorySink())
      let second = try trainer(stop: nil)
      try second.load(Checkpoint(safetensors: try first.checkpoint().safetensors()))
      try second.train(into: MemorySink())
      #expect(try second.checkpoint() == whole.checkpoint())
    }
  }

  @Test func `worlds without numbers or tables are refused in one sentence`() throws {
    let world = try EnvironmentCatalogue.make("CartPole-v1", count: 1)
    #expect(throws: HyperparameterError.self) {
      try Agents.make(QLearning.self, hyperparameters: [:], for: world.specification, environmentCount: 1, seed: 0)
    }
    let grid = EnvironmentVector(IdentityWorld(.discrete(count: 3)), count: 1)
    let planner = try Agents.make(
      ValueIteration.self, hyperparameters: [:], for: grid.specification, environmentCount: 1, seed: 0)
    #expect(
      throws: HyperparameterError(
        "value_iteration requires a table of transitions; Identity-v0 has none. Use q_learning or sarsa.")
    ) { try planner.check(grid) }
  }
}
