import BLASBridge
import Environments
import Learning
import Randomness
import Telemetry
import TestSupport
import Testing

@testable import RLCore
@testable import Settings

/// The policies of all agents, apart from what learns.
@Suite struct PolicyTests {
  /// Every agent with a world it can learn, and hyperparameters that make for short iterations.
  static let trained: [(agent: String, world: String, values: [String: HyperparameterValue])] = [
    ("ppo", "CartPole-v1", ["n_steps": .integer(64), "normalize": .flag(true), "share_trunk": .flag(true)]),
    ("ppo", "Pendulum-v1", ["n_steps": .integer(64)]), ("a2c", "Taxi-v4", ["mask_actions": .flag(true)]),
    ("reinforce", "CartPole-v1", [:]), ("dqn", "CartPole-v1", ["learning_starts": .integer(50)]),
    ("sac", "Pendulum-v1", ["net_arch": .integers([16])]), ("td3", "Pendulum-v1", ["net_arch": .integers([16])]),
    ("ddpg", "Pendulum-v1", ["net_arch": .integers([16])]), ("q_learning", "FrozenLake-v1", [:]),
    ("sarsa", "FrozenLake-v1", [:]), ("expected_sarsa", "FrozenLake-v1", [:]), ("double_q", "FrozenLake-v1", [:]),
    ("monte_carlo", "FrozenLake-v1", [:]), ("value_iteration", "FrozenLake-v1", [:]),
    ("policy_iteration", "FrozenLake-v1", [:]),
  ]

  private func checkpoint(of agent: any Agent) throws -> Checkpoint {
    var checkpoint = Checkpoint()
    checkpoint.texts["agent"] = type(of: agent).name
    checkpoint.set("hyperparameters", encoding: agent.configuration.values)
    agent.save(into: &checkpoint)
    return try Checkpoint(safetensors: checkpoint.safetensors())
  }

  /// Observations of a hundred steps in a world, and its masks.
  private func observations(in world: any VectorEnvironment) -> (observations: [Float], masks: [Bool]) {
    var batch = world.makeBatch()
    world.reset(seed: 11, into: &batch)
    var generator = PCG64(seed: 11)
    var (observations, masks) = (batch.observations, batch.actionMasks)
    for _ in 1..<100 {
      world.step(world.specification.actionSpace.sample(using: &generator).span, into: &batch)
      observations += batch.observations
      masks += batch.actionMasks
    }
    return (observations, masks)
  }

  @Test(arguments: trained)
  func `a saved policy acts as the agent's does, which later iterations leave alone`(
    name: String, id: String, values: [String: HyperparameterValue]
  ) throws {
    BLAS.threads = 1
    let world = try EnvironmentCatalogue.make(id, count: 1)
    let agent = try Agents.make(
      try #require(Agents.named(name)), hyperparameters: values, for: world.specification, environmentCount: 1, seed: 3)
    agent.begin(in: world, seed: 3)
    var steps = 0
    func iterate() throws {
      steps += try agent.iterate(
        in: world, progress: TrainingProgress(steps: steps, budget: 1_000_000), reporting: MemorySink())
    }
    for _ in 0..<2 { try iterate() }
    let policy = agent.policy
    let saved = try Agents.policy(from: checkpoint(of: agent), for: world.specification)
    let (observations, masks) = observations(in: try EnvironmentCatalogue.make(id, count: 1))
    func acted(_ policy: some Policy, deterministic: Bool) -> [Float] {
      actions(of: policy, on: observations, masks: masks, rows: 100, deterministic: deterministic)
    }
    for deterministic in [true, false] {
      let before = acted(policy, deterministic: deterministic)
      #expect(acted(saved, deterministic: deterministic) == before)
      let space = world.specification.actionSpace
      #expect(
        (0..<100).allSatisfy { space.contains(before.span.extracting($0 * space.width..<($0 + 1) * space.width)) })
      if !masks.isEmpty {
        let choices = masks.count / 100
        #expect((0..<100).allSatisfy { masks[$0 * choices + Int(before[$0])] })
      }
      if deterministic { for _ in 0..<2 { try iterate() } }
      #expect(acted(policy, deterministic: deterministic) == before)
    }
  }

  /// A replay buffer of a million transitions takes 36 MB and more.
  @Test(arguments: [("dqn", "CartPole-v1"), ("sac", "Pendulum-v1"), ("td3", "Pendulum-v1")])
  func `a saved policy is loaded without a replay buffer`(name: String, id: String) throws {
    let world = try EnvironmentCatalogue.specification(id)
    let agent = try Agents.make(
      try #require(Agents.named(name)),
      hyperparameters: ["buffer_size": .integer(1_000_000), "net_arch": .integers([64, 64])], for: world,
      environmentCount: 1,
      seed: 1)
    let checkpoint = try checkpoint(of: agent)
    let bytes = try allocatedBytes { _ = try Agents.policy(from: checkpoint, for: world) }
    #expect((bytes ?? 0) < 1_000_000)
    let whole = try allocatedBytes {
      _ = try Agents.make(
        type(of: agent), hyperparameters: agent.configuration.values, for: world, environmentCount: 1, seed: 1)
    }
    #expect((whole ?? .max) > 36_000_000)
  }

  @Test func `several threads act by one policy`() async throws {
    BLAS.threads = 1
    let world = try EnvironmentCatalogue.specification("CartPole-v1")
    let policy = try PPO(PPO.Configuration(), for: world, environmentCount: 1, seed: 1).policy
    let (observations, _) = observations(in: try EnvironmentCatalogue.make("CartPole-v1", count: 1))
    let expected = actions(of: policy, on: observations, rows: 100, deterministic: true)
    let all = await withTaskGroup(of: [Float].self) { group in
      for _ in 0..<4 {
        group.addTask { actions(of: policy, on: observations, rows: 100, deterministic: true) }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(all == Array(repeating: expected, count: 4))
  }

  @Test func `masks of another size trap`() async {
    await #expect(processExitsWith: .failure) {
      var configuration = A2C.Configuration()
      configuration.masksActions = true
      let policy = try A2C(
        configuration, for: EnvironmentCatalogue.specification("Taxi-v4"), environmentCount: 1, seed: 1
      ).policy
      _ = actions(of: policy, on: [0, 1], masks: Array(repeating: true, count: 7), rows: 2, deterministic: true)
    }
  }

  @Test func `acting allocates nothing`() throws {
    BLAS.threads = 1
    func check(_ policy: some Policy, _ observations: [Float], width: Int) {
      var (state, generator) = (policy.makeState(count: 4), CounterGenerator(SeedSequence(1)))
      var actions = Array(repeating: Float(0), count: 4 * width)
      func act() {
        var span = actions.mutableSpan
        policy.act(
          on: observations.span, masks: Span(), count: 4, deterministic: false, state: &state, using: &generator,
          into: &span)
      }
      act()
      #expect(allocations { for _ in 0..<100 { act() } } ?? 0 == 0)
    }
    let (cartPole, pendulum) = (
      try EnvironmentCatalogue.specification("CartPole-v1"), try EnvironmentCatalogue.specification("Pendulum-v1")
    )
    let ppo = try PPO(PPO.Configuration(), for: cartPole, environmentCount: 1, seed: 1).policy
    check(ppo, Array(repeating: 0.1, count: 16), width: 1)
    var configuration = SAC.Configuration()
    configuration.replay.capacity = 1_000
    let sac = try SAC(configuration, for: pendulum, environmentCount: 1, seed: 1).policy
    check(sac, Array(repeating: 0.1, count: 12), width: 1)
  }
}

/// The actions `[rows, A]` that a policy takes on `observations [rows, W]`, all in one call.
func actions(
  of policy: some Policy, on observations: [Float], masks: [Bool] = [], rows: Int, width: Int = 1, deterministic: Bool
) -> [Float] {
  var (state, generator) = (policy.makeState(count: rows), CounterGenerator(SeedSequence(5)))
  var actions = Array(repeating: Float(0), count: rows * width)
  var span = actions.mutableSpan
  policy.act(
    on: observations.span, masks: masks.span, count: rows, deterministic: deterministic, state: &state,
    using: &generator, into: &span)
  return actions
}
