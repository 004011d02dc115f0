import BLASBridge
import Environments
import Learning
import Randomness
import Telemetry
import TestSupport
import Testing

@testable import RLCore
@testable import Settings

/// On-policy algorithms on every action space, with and without normalisation.
@Suite struct OnPolicyTests {
  private static let spaces: [Space] = [
    .discrete(count: 3, start: 2), .multiDiscrete([3, 2]), .multiBinary(3), .box(low: [-2, 0], high: [2, 1]),
  ]
  /// What nobody reaches without looking at the observation.
  private static let goals = [9.5, 19.0, 28.5, -1.0]

  private func train(_ agent: any Agent, _ world: IdentityWorld, environmentCount: Int, steps: Int) throws -> MemorySink
  {
    BLAS.threads = 1
    var plan = TrainingPlan(budget: steps)
    plan.evaluationFrequency = 0
    plan.finalEpisodes = 20
    let sink = MemorySink()
    try AgentTraining(
      agent, in: EnvironmentVector(world, count: environmentCount), evaluatingIn: EnvironmentVector(world, count: 4),
      seed: 1,
      plan: plan
    ).train(into: sink)
    return sink
  }

  @Test(arguments: spaces.indices, [false, true])
  func `PPO finds the action that is asked for`(index: Int, normalizes: Bool) throws {
    let world = IdentityWorld(Self.spaces[index])
    var configuration = PPO.Configuration()
    configuration.learningRate = .linear(2e-3)
    configuration.segmentLength = 64
    configuration.minibatchSize = 64
    configuration.gamma = 0.5
    configuration.normalizes = normalizes
    let agent = try PPO(configuration, for: world.specification, environmentCount: 4, seed: 1)
    let sink = try train(agent, world, environmentCount: 4, steps: 40_000)
    #expect(try #require(sink.last("final/mean_reward")) > Self.goals[index])
  }

  @Test(arguments: spaces.indices)
  func `A2C finds the action that is asked for`(index: Int) throws {
    let world = IdentityWorld(Self.spaces[index])
    var configuration = A2C.Configuration()
    configuration.learningRate = .constant(3e-3)
    configuration.gamma = 0.5
    configuration.usesRMSProp = index % 2 == 0
    let agent = try A2C(configuration, for: world.specification, environmentCount: 8, seed: 1)
    let sink = try train(agent, world, environmentCount: 8, steps: 40_000)
    #expect(try #require(sink.last("final/mean_reward")) > Self.goals[index])
  }

  @Test(arguments: spaces.indices)
  func `REINFORCE finds the action that is asked for`(index: Int) throws {
    let world = IdentityWorld(Self.spaces[index])
    var configuration = REINFORCE.Configuration()
    configuration.learningRate = .constant(5e-3)
    configuration.gamma = 0.1
    let agent = try REINFORCE(configuration, for: world.specification, environmentCount: 1, seed: 1)
    let sink = try train(agent, world, environmentCount: 1, steps: 40_000)
    #expect(try #require(sink.last("final/mean_reward")) > Self.goals[index] - 1)
  }

  @Test(arguments: [Space.discrete(count: 3), .box(low: [-2, 0], high: [2, 1])])
  func `A2C's loss, by finite differences`(actions: Space) throws {
    let world = EnvironmentSpecification(
      id: "Test-v0", observationSpace: .box(low: [-1, -1, -1], high: [1, 1, 1]), actionSpace: actions)
    var configuration = A2C.Configuration()
    configuration.segmentLength = 4
    configuration.hiddenWidths = [6, 5]
    configuration.entropyCoefficient = 0.3
    let agent = try A2C(configuration, for: world, environmentCount: 3, seed: 5)
    var generator = CounterGenerator(SeedSequence(6))
    for i in 0..<agent.network.parameters.count { agent.network.parameters.base[i] += 0.3 * generator.normal() }
    let segment = agent.collector.segment
    for i in 0..<12 * 3 { segment.features.base[i] = generator.normal() }
    for i in 0..<12 * actions.width {
      segment.actions.base[i] = if case .box = actions { generator.normal() } else { Float(i % 3) }
    }
    for i in 0..<12 {
      segment.advantages.base[i] = generator.normal()
      segment.returns.base[i] = generator.normal()
    }
    let parameters = agent.network.parameters.elements
    _ = agent.lossAndGradient()
    let mismatch = gradientMismatch(agent.network.gradient.elements, at: parameters) {
      agent.network.parameters.elements = $0
      return agent.lossAndGradient().total
    }
    #expect(mismatch == nil)
  }

  @Test func `a training that goes on from a checkpoint ends as an uninterrupted one`() throws {
    BLAS.threads = 1
    let world = IdentityWorld(.box(low: [-2, 0], high: [2, 1]))
    let values: [(any Agent.Type, [String: HyperparameterValue], Int)] = [
      (PPO.self, ["n_steps": .integer(50), "n_epochs": .integer(2), "normalize": .flag(true)], 2),
      (A2C.self, ["normalize": .flag(true)], 2), (REINFORCE.self, [:], 1),
    ]
    for (type, values, environmentCount) in values {
      func trainer(stop: Int?) throws -> AgentTraining {
        var plan = TrainingPlan(budget: 4_000)
        plan.evaluationFrequency = 1_000
        plan.evaluationEpisodes = 2
        plan.finalEpisodes = 0
        plan.stopStep = stop
        return AgentTraining(
          try Agents.make(
            type, hyperparameters: values, for: world.specification, environmentCount: environmentCount, seed: 1),
          in: EnvironmentVector(world, count: environmentCount), evaluatingIn: EnvironmentVector(world, count: 2),
          seed: 1,
          plan: plan)
      }
      let whole = try trainer(stop: nil)
      try whole.train(into: MemorySink())
      let first = try trainer(stop: 2_000)
      try first.train(into: MemorySink())
      let second = try trainer(stop: nil)
      try second.load(Checkpoint(safetensors: try first.checkpoint().safetensors()))
      try second.train(into: MemorySink())
      #expect(try second.checkpoint() == whole.checkpoint())
    }
  }

  /// Steps like a vector and counts actions that its masks forbid.
  private final class MaskWatch: VectorEnvironment {
    let inner: any VectorEnvironment
    var masks: [Bool] = []
    var forbidden = 0
    var specification: EnvironmentSpecification { inner.specification }
    var count: Int { inner.count }

    init(_ inner: any VectorEnvironment) { self.inner = inner }

    func reset(seed: UInt64, into batch: inout StepBatch) {
      inner.reset(seed: seed, into: &batch)
      masks = batch.actionMasks
    }

    func step(_ actions: Span<Float>, into batch: inout StepBatch) {
      let width = masks.count / count
      for copy in 0..<count where !masks[copy * width + Int(actions[copy])] { forbidden += 1 }
      inner.step(actions, into: &batch)
      masks = batch.actionMasks
    }

    func snapshot() throws -> [UInt8] { try inner.snapshot() }
    func restore(_ snapshot: [UInt8]) throws { try inner.restore(snapshot) }
  }

  @Test(arguments: [PPO.name, A2C.name])
  func `masked agents never take a masked action`(name: String) throws {
    BLAS.threads = 1
    let (world, other) = (
      MaskWatch(try EnvironmentCatalogue.make("Taxi-v4", count: 4)),
      MaskWatch(try EnvironmentCatalogue.make("Taxi-v4", count: 2))
    )
    let agent = try Agents.make(
      try #require(Agents.named(name)),
      hyperparameters: ["mask_actions": .flag(true), "n_steps": .integer(64)], for: world.specification,
      environmentCount: 4,
      seed: 1)
    var plan = TrainingPlan(budget: 5_000)
    plan.finalEpisodes = 4
    try AgentTraining(agent, in: world, evaluatingIn: other, seed: 1, plan: plan).train(into: MemorySink())
    #expect(world.forbidden == 0 && other.forbidden == 0)
    #expect(!world.masks.isEmpty && world.masks.contains(false))
    #expect(
      throws: HyperparameterError("mask_actions requires an environment with action masks; CartPole-v1 has none")
    ) {
      try Agents.make(
        try #require(Agents.named(name)), hyperparameters: ["mask_actions": .flag(true)],
        for: try EnvironmentCatalogue.specification("CartPole-v1"), environmentCount: 1, seed: 1)
    }
  }

  /// Observes the square of the number of the step; an episode is cut after three.
  private struct Squares: Environment {
    struct State: Sendable, Codable { var step = 0 }
    let specification = EnvironmentSpecification(
      id: "Squares-v0", observationSpace: .box(low: [0], high: [9]), actionSpace: .discrete(count: 2), timeLimit: 3)
    func reset(using generator: inout PCG64) -> State { State() }
    func step(_ state: inout State, action: Span<Float>, using generator: inout PCG64) -> Outcome {
      state.step += 1
      return Outcome(reward: 1, ending: .none)
    }
    func observe(_ state: State, into observation: inout MutableSpan<Float>) {
      observation[0] = Float(state.step * state.step)
    }
  }

  @Test func `final and next observations are scaled by statistics that have seen the newest ones`() throws {
    BLAS.threads = 1
    let world = EnvironmentVector(Squares(), count: 1)
    let design = ActorCritic.Design(hidden: [5], activation: .tanh, sharesTrunk: false, normalizesObservations: true)
    let network = ActorCritic(
      for: world.specification, design, rows: 8, maximumNorm: 1, seed: SeedSequence(1)
    ) { Adam(parameterCount: $0) }
    // Rewards are left as they are.
    var configuration = A2C.Configuration()
    (configuration.segmentLength, configuration.gamma, configuration.lambda) = (5, 0.5, 0.5)
    let collector = Collector(
      configuration, environmentCount: 1, for: world.specification, network: network, seed: SeedSequence(2))
    collector.begin(in: world, with: network, seed: 1)
    try collector.collect(in: world, with: network, from: 0, reporting: MemorySink())
    collector.estimate(with: network)

    /// V of an observation after the statistics have seen others.
    func value(of observation: Float, after seen: [Float]) -> Float {
      var moments = RunningMoments(width: 1)
      for observation in seen { moments.update([observation], rows: 1) }
      var (feature, value) = ([observation], Float(0))
      moments.normalize(&feature, rows: 1)
      network.values(feature, rows: 1, into: &value)
      return value
    }
    // Observed are 0, 1, 4, then 9 at the cut and 0, 1, 4 of the next episode.
    let segment = collector.segment
    #expect(segment.endings[2] == .truncated)
    let final = segment.finalValues.base[2]
    #expect(abs(final - value(of: 9, after: [0, 1, 4, 0])) < 1e-6)
    #expect(abs(final - value(of: 9, after: [0, 1, 4])) > 1e-4)
    for (step, seen) in [[0], [0, 1], [0, 1, 4], [0, 1, 4, 0], [0, 1, 4, 0, 1]].enumerated() {
      #expect(abs(segment.values.base[step] - value(of: Float(seen.last!), after: seen.map { Float($0) })) < 1e-5)
    }
    #expect(abs(segment.returns.base[4] - 1 - 0.5 * value(of: 4, after: [0, 1, 4, 0, 1, 4])) < 1e-5)
  }

  @Test func `running moments are those of all rows`() {
    var generator = CounterGenerator(SeedSequence(1))
    let values = (0..<600).map { _ in 3 + 2 * generator.normal() }
    var moments = RunningMoments(width: 2)
    values.withUnsafeBufferPointer { values in
      for start in stride(from: 0, to: 300, by: 60) { moments.update(values.baseAddress! + 2 * start, rows: 60) }
    }
    for column in 0..<2 {
      let own = stride(from: column, to: 600, by: 2).map { Double(values[$0]) }
      let mean = own.reduce(0, +) / 300
      let variance = own.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 300
      #expect(abs(moments.means[column] - mean) < 1e-5)
      #expect(abs(moments.variances[column] - variance) < 1e-4)
    }
    var row: [Float] = [Float(moments.means[0]), 1e9]
    moments.normalize(&row, rows: 1)
    #expect(abs(row[0]) < 1e-6 && row[1] == 10)
  }

  @Test func `rewards are divided by the deviation of the discounted return`() {
    var normalizer = RewardNormalizer(environmentCount: 1, gamma: 0)
    var batch = StepBatch(count: 1, width: 1)
    var scaled: [Double] = []
    for step in 0..<2_000 {
      batch.rewards[0] = step % 2 == 0 ? 100 : -100
      normalizer.normalize(&batch)
      scaled.append(batch.rewards[0])
    }
    #expect(abs(scaled[1_998] - 1) < 0.01 && abs(scaled[1_999] + 1) < 0.01)
  }
}
