import BLASBridge
import Environments
import Learning
import Randomness
import Telemetry
import TestSupport
import Testing

@testable import RLCore
@testable import Settings

/// The losses of the off-policy algorithms by finite differences, on transitions drawn at random.
@Suite struct OffPolicyGradientTests {
  private func world(_ actions: Space) -> EnvironmentSpecification {
    EnvironmentSpecification(
      id: "Test-v0", observationSpace: .box(low: [-1, -1, -1], high: [1, 1, 1]), actionSpace: actions)
  }

  /// Puts twenty random transitions into the loop's buffer and draws a sample of them.
  private func fill(_ loop: ReplayLoop, actions: Int, draw: (inout CounterGenerator) -> Float) {
    var generator = CounterGenerator(SeedSequence(3))
    for step in 0..<20 {
      var batch = StepBatch(count: 1, width: 3)
      for i in 0..<3 {
        batch.observations[i] = generator.normal()
        batch.finalObservations[i] = batch.observations[i]
      }
      batch.rewards[0] = Double(generator.normal())
      batch.endings[0] = step % 5 == 4 ? (step % 2 == 0 ? .terminated : .truncated) : .none
      let observation = (0..<3).map { _ in generator.normal() }
      let action = (0..<actions).map { _ in draw(&generator) }
      loop.buffer.append(observations: observation, actions: action, batch)
    }
    loop.buffer.sample(
      rows: loop.settings.batchSize, steps: 2, gamma: 0.9, encoding: loop.encoding, using: &generator, into: loop.sample
    )
  }

  private func shake(_ buffers: FloatBuffer...) {
    var generator = CounterGenerator(SeedSequence(4))
    for buffer in buffers { for i in 0..<buffer.count { buffer.base[i] += 0.3 * generator.normal() } }
  }

  @Test(arguments: [false, true])
  func `the loss of DQN`(double: Bool) throws {
    var configuration = DQN.Configuration()
    configuration.replay.batchSize = 12
    configuration.replay.capacity = 100
    configuration.hiddenWidths = [7, 5]
    // A smooth activation: differences across ReLU's kink are not derivatives.
    configuration.activation = .tanh
    configuration.usesDoubleQ = double
    let agent = try DQN(configuration, for: world(.discrete(count: 3)), environmentCount: 1, seed: 5)
    shake(agent.parameters, agent.targetParameters)
    fill(agent.loop, actions: 1) { Float($0.integer(below: 3)) }
    // The targets are constants of the loss: the parameters move, they must not.
    let parameters = agent.parameters.elements
    _ = agent.lossAndGradient()
    let (gradient, targets) = (agent.gradient.elements, agent.targets.elements)
    let sample = agent.loop.sample
    let mismatch = gradientMismatch(gradient, at: parameters) {
      agent.parameters.elements = $0
      let q = agent.values(sample.observations.base, rows: 12)
      var loss = 0.0
      for row in 0..<12 {
        let error = Double(q[row * 3 + Int(sample.actions.base[row])] - targets[row])
        loss += (abs(error) <= 1 ? 0.5 * error * error : abs(error) - 0.5) / 12
      }
      return loss
    }
    #expect(mismatch == nil)
  }

  @Test func `double Q-learning lets the online network choose`() throws {
    var configuration = DQN.Configuration()
    configuration.replay.batchSize = 12
    configuration.replay.capacity = 100
    func targets(double: Bool) throws -> (targets: [Float], expected: [Float]) {
      configuration.usesDoubleQ = double
      let agent = try DQN(configuration, for: world(.discrete(count: 3)), environmentCount: 1, seed: 5)
      shake(agent.targetParameters)
      fill(agent.loop, actions: 1) { Float($0.integer(below: 3)) }
      _ = agent.lossAndGradient()
      let sample = agent.loop.sample
      let online = Array(UnsafeBufferPointer(start: agent.values(sample.nextObservations.base, rows: 12), count: 36))
      let saved = agent.parameters.elements
      agent.parameters.elements = agent.targetParameters.elements
      let target = Array(UnsafeBufferPointer(start: agent.values(sample.nextObservations.base, rows: 12), count: 36))
      agent.parameters.elements = saved
      let choosing = double ? online : target
      return (
        agent.targets.elements,
        (0..<12).map { row in
          let chosen = (0..<3).max { choosing[row * 3 + $0] < choosing[row * 3 + $1] }!
          return sample.rewards.base[row] + sample.discounts.base[row] * target[row * 3 + chosen]
        }
      )
    }
    let (single, twice) = (try targets(double: false), try targets(double: true))
    #expect(single.targets == single.expected)
    #expect(twice.targets == twice.expected)
    #expect(single.targets != twice.targets)
  }

  @Test func `SAC's actor`() throws {
    var configuration = SAC.Configuration()
    configuration.replay.batchSize = 12
    configuration.replay.capacity = 100
    configuration.hiddenWidths = [7, 5]
    configuration.activation = .tanh
    let agent = try SAC(configuration, for: world(.box(low: [-2, -1], high: [2, 3])), environmentCount: 1, seed: 5)
    shake(agent.actorParameters, agent.critics.parameters)
    fill(agent.loop, actions: 2) { 2 * $0.uniform() - 1 }
    let (noise, parameters) = (agent.noise, agent.actorParameters.elements)
    func loss() -> Double {
      agent.noise = noise
      agent.act(on: agent.loop.sample.observations.base, rows: 12)
      return agent.actorLossAndGradient(temperature: 0.7)
    }
    _ = loss()
    let mismatch = gradientMismatch(agent.actorGradient.elements, at: parameters) {
      agent.actorParameters.elements = $0
      return loss()
    }
    #expect(mismatch == nil)
  }

  @Test func `the deterministic policy gradient`() throws {
    var configuration = TD3Configuration()
    configuration.replay.batchSize = 12
    configuration.replay.capacity = 100
    configuration.hiddenWidths = [7, 5]
    configuration.activation = .tanh
    let agent = try TD3(configuration, for: world(.box(low: [-2, -1], high: [2, 3])), environmentCount: 1, seed: 5)
    shake(agent.actorParameters, agent.critics.parameters)
    fill(agent.loop, actions: 2) { 2 * $0.uniform() - 1 }
    let parameters = agent.actorParameters.elements
    _ = agent.actorLossAndGradient()
    let mismatch = gradientMismatch(agent.actorGradient.elements, at: parameters) {
      agent.actorParameters.elements = $0
      return agent.actorLossAndGradient()
    }
    #expect(mismatch == nil)
  }

  @Test(arguments: [(12, Activation.tanh), (80, .tanh), (80, .silu)])
  func `the critics`(rows: Int, activation: Activation) throws {
    let critics = Critics(
      count: 2, features: 3, actionWidth: 2, hidden: [7, 5], activation: activation, rows: rows, seed: SeedSequence(1))
    shake(critics.parameters)
    var generator = CounterGenerator(SeedSequence(2))
    let observations = (0..<3 * rows).map { _ in generator.normal() }
    let actions = (0..<2 * rows).map { _ in generator.normal() }
    let targets = (0..<rows).map { _ in generator.normal() }
    let parameters = critics.parameters.elements
    func loss() -> Double {
      critics.lossAndGradient(observations, actions, targets: targets, rows: rows, weight: 0.5).loss
    }
    _ = loss()
    #expect(
      gradientMismatch(critics.gradient.elements, at: parameters) {
        critics.parameters.elements = $0
        return loss()
      } == nil)
    critics.parameters.elements = parameters
    let byActions = FloatBuffer(count: 2 * rows)
    _ = critics.valueAndActionGradient(observations, actions, rows: rows, used: 2, into: byActions.base)
    let unused = FloatBuffer(count: 2 * rows)
    #expect(
      gradientMismatch(byActions.elements, at: actions) {
        critics.valueAndActionGradient(observations, $0, rows: rows, used: 2, into: unused.base)
      } == nil)
  }
}

/// Off-policy algorithms solve the smallest worlds, and stop and go on without a trace.
@Suite struct OffPolicyLearningTests {
  private func train(
    _ agent: any Agent, in world: any VectorEnvironment, evaluatingIn other: any VectorEnvironment, steps: Int
  ) throws -> MemorySink {
    var plan = TrainingPlan(budget: steps)
    plan.evaluationFrequency = 0
    plan.finalEpisodes = 20
    let sink = MemorySink()
    let trainer = AgentTraining(agent, in: world, evaluatingIn: other, seed: 1, plan: plan)
    try trainer.train(into: sink)
    return sink
  }

  private func finalReward(_ agent: any Agent, _ world: IdentityWorld, environmentCount: Int, steps: Int) throws
    -> Double
  {
    BLAS.threads = 1
    let sink = try train(
      agent, in: EnvironmentVector(world, count: environmentCount), evaluatingIn: EnvironmentVector(world, count: 4),
      steps: steps
    )
    return try #require(sink.last("final/mean_reward"))
  }

  private var smallDQN: DQN.Configuration {
    var configuration = DQN.Configuration()
    configuration.learningRate = .constant(2e-3)
    configuration.replay.capacity = 2_000
    configuration.replay.trainFrequency = 1
    configuration.targetUpdateInterval = 100
    configuration.exploration.fraction = 0.5
    return configuration
  }

  @Test(arguments: [(false, 1, 1), (true, 3, 2)])
  func `DQN finds the action that is asked for`(double: Bool, steps: Int, environmentCount: Int) throws {
    var configuration = smallDQN
    configuration.usesDoubleQ = double
    configuration.replay.steps = steps
    configuration.replay.gamma = 0.5
    let world = IdentityWorld(.discrete(count: 3, start: 2))
    let agent = try DQN(configuration, for: world.specification, environmentCount: environmentCount, seed: 1)
    #expect(try finalReward(agent, world, environmentCount: environmentCount, steps: 4_000) > 9.5)
  }

  @Test func `DQN's target follows before the round of updates on the same step`() throws {
    BLAS.threads = 1
    var configuration = smallDQN
    configuration.replay = ReplaySettings(capacity: 100, trainFrequency: 4, batchSize: 8)
    configuration.replay.learningStarts = 0
    configuration.targetUpdateInterval = 4
    // The same ε whatever the budget is.
    configuration.exploration.final = 1
    let world = IdentityWorld(.discrete(count: 3))
    func trained(_ steps: Int) throws -> DQN {
      let agent = try DQN(configuration, for: world.specification, environmentCount: 1, seed: 1)
      let vector = EnvironmentVector(world, count: 1)
      agent.begin(in: vector, seed: 1)
      _ = try agent.iterate(in: vector, progress: TrainingProgress(steps: 0, budget: steps), reporting: MemorySink())
      return agent
    }
    let (once, twice) = (try trained(4), try trained(8))
    #expect(twice.targetParameters.elements == once.parameters.elements)
    #expect(twice.targetParameters.elements != twice.parameters.elements)
  }

  @Test func `SAC's target follows the first update and then every one after target_update_interval`() throws {
    BLAS.threads = 1
    var configuration = SAC.Configuration()
    configuration.replay = ReplaySettings(capacity: 100, batchSize: 4)
    configuration.replay.learningStarts = 0
    configuration.hiddenWidths = [4]
    configuration.tau = 1
    configuration.targetUpdateInterval = 3
    for updates in 1...7 {
      let agent = try SAC(configuration, for: box.specification, environmentCount: 1, seed: 1)
      let vector = EnvironmentVector(box, count: 1)
      agent.begin(in: vector, seed: 1)
      _ = try agent.iterate(in: vector, progress: TrainingProgress(steps: 0, budget: updates), reporting: MemorySink())
      let isCopy = agent.critics.targetParameters.elements == agent.critics.parameters.elements
      #expect(isCopy == [1, 4, 7].contains(updates))
    }
  }

  @Test func `DQN's values are discounted`() throws {
    BLAS.threads = 1
    var configuration = smallDQN
    configuration.replay.gamma = 0.5
    let world = try EnvironmentCatalogue.make("Probe-DelayedReward-v0", count: 1)
    let agent = try DQN(configuration, for: world.specification, environmentCount: 1, seed: 1)
    _ = try train(
      agent, in: world, evaluatingIn: try EnvironmentCatalogue.make("Probe-DelayedReward-v0", count: 1), steps: 3_000)
    for action in 0..<2 {
      #expect(abs(agent.values([0], rows: 1)[action] - 0.5) < 0.1)
      #expect(abs(agent.values([1], rows: 1)[action] - 1) < 0.1)
    }
  }

  private let box = IdentityWorld(.box(low: [-2, 0], high: [2, 1]))

  @Test func `SAC finds the action that is asked for`() throws {
    var configuration = SAC.Configuration()
    configuration.learningRate = .constant(3e-3)
    configuration.replay = ReplaySettings(capacity: 2_000, batchSize: 64)
    configuration.replay.gamma = 0.5
    configuration.hiddenWidths = [32, 32]
    let agent = try SAC(configuration, for: box.specification, environmentCount: 1, seed: 1)
    #expect(try finalReward(agent, box, environmentCount: 1, steps: 3_000) > -0.5)
  }

  @Test func `TD3 and DDPG find the action that is asked for`() throws {
    var configuration = TD3Configuration()
    configuration.learningRate = .constant(2e-3)
    configuration.replay = ReplaySettings(capacity: 2_000, batchSize: 64)
    configuration.replay.gamma = 0.5
    configuration.explorationNoise = .normal
    configuration.explorationDeviation = 0.3
    configuration.hiddenWidths = [32, 32]
    let agent = try TD3(configuration, for: box.specification, environmentCount: 1, seed: 1)
    #expect(try finalReward(agent, box, environmentCount: 1, steps: 3_000) > -0.5)

    var second = DDPGConfiguration()
    second.learningRate = .constant(2e-3)
    second.replay = configuration.replay
    second.explorationNoise = .ornsteinUhlenbeck
    second.explorationDeviation = 0.5
    second.hiddenWidths = [32, 32]
    let other = try DDPG(second, for: box.specification, environmentCount: 2, seed: 1)
    #expect(try finalReward(other, box, environmentCount: 2, steps: 4_000) > -0.5)
  }

  /// Checkpoints of all agents, half way through a training that then goes on.
  @Test func `a training that goes on from a checkpoint ends as an uninterrupted one`() throws {
    BLAS.threads = 1
    func check<A: Agent>(_ type: A.Type, _ configuration: A.Configuration, _ world: IdentityWorld) throws {
      func trainer(_ steps: Int, stop: Int? = nil) throws -> AgentTraining {
        var plan = TrainingPlan(budget: steps)
        plan.evaluationFrequency = 500
        plan.evaluationEpisodes = 2
        plan.finalEpisodes = 2
        plan.stopStep = stop
        return AgentTraining(
          try A(configuration, for: world.specification, environmentCount: 2, seed: 7),
          in: EnvironmentVector(world, count: 2), evaluatingIn: EnvironmentVector(world, count: 2), seed: 7, plan: plan)
      }
      let whole = try trainer(2_000)
      try whole.train(into: MemorySink())
      let first = try trainer(2_000, stop: 1_000)
      try first.train(into: MemorySink())
      let bytes = try first.checkpoint().safetensors()
      let second = try trainer(2_000)
      try second.load(Checkpoint(safetensors: bytes))
      try second.train(into: MemorySink())
      #expect(try second.checkpoint() == whole.checkpoint())
    }
    var dqn = smallDQN
    dqn.replay.capacity = 700
    try check(DQN.self, dqn, IdentityWorld(.discrete(count: 3)))
    var sac = SAC.Configuration()
    sac.replay = ReplaySettings(capacity: 700, batchSize: 16)
    sac.hiddenWidths = [8]
    try check(SAC.self, sac, box)
    sac.explorationNoise = .ornsteinUhlenbeck
    try check(SAC.self, sac, box)
    var td3 = TD3Configuration()
    td3.replay = sac.replay
    td3.hiddenWidths = [8]
    td3.explorationNoise = .ornsteinUhlenbeck
    try check(TD3.self, td3, box)
  }

  @Test func `what cannot work is said in one sentence`() throws {
    var configuration = DQN.Configuration()
    #expect(
      throws: HyperparameterError(
        "dqn needs a Discrete action space; Identity-v0 has Box([-2.0, 0.0], [2.0, 1.0]). Use sac or td3."
      )
    ) { try configuration.validate(for: box.specification) }
    configuration.replay.capacity = 10
    #expect(throws: HyperparameterError("batch_size 32 is larger than buffer_size 10: lower it")) {
      try configuration.validate(for: IdentityWorld(.discrete(count: 2)).specification)
    }
    #expect(
      throws: HyperparameterError(
        "sac needs a Box action space; Identity-v0 has Discrete(2). Use dqn or ppo.")
    ) { try SAC.Configuration().validate(for: IdentityWorld(.discrete(count: 2)).specification) }
  }
}
