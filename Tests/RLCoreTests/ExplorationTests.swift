import BLASBridge
import Environments
import Learning
import Randomness
import Telemetry
import TestSupport
import Testing

@testable import RLCore

/// How off-policy algorithms explore: uniformly at first, then with ε or noise.
@Suite struct ExplorationTests {
  /// An episode is one step, which pays the action.
  private struct OneStep: Environment {
    struct State: Sendable, Codable {}
    let specification: EnvironmentSpecification
    init(_ actions: Space) {
      specification = EnvironmentSpecification(
        id: "OneStep-v0", observationSpace: .box(low: [0], high: [1]), actionSpace: actions)
    }
    func reset(using generator: inout PCG64) -> State { State() }
    func step(_ state: inout State, action: Span<Float>, using generator: inout PCG64) -> Outcome {
      Outcome(reward: Double(action[0]), ending: .terminated)
    }
    func observe(_ state: State, into observation: inout MutableSpan<Float>) { observation[0] = 0 }
  }

  private func actions(of agent: some Agent, in world: OneStep, steps: Int) throws -> [Double] {
    let (vector, sink) = (EnvironmentVector(world, count: 2), MemorySink())
    agent.begin(in: vector, seed: 1)
    var progress = TrainingProgress(steps: 0, budget: steps)
    while progress.steps < steps {
      progress.steps += try agent.iterate(in: vector, progress: progress, reporting: sink)
    }
    return sink.episodes.map(\.reward)
  }

  /// Nothing is learnt within 10,000 steps.
  private var idle: ReplaySettings {
    var replay = ReplaySettings(capacity: 20_000, trainFrequency: 10_000, batchSize: 1)
    replay.learningStarts = 0
    return replay
  }

  private let choices = OneStep(.discrete(count: 3))
  private let box = OneStep(.box(low: [-3], high: [1]))

  /// Q = 0, 1, 0 everywhere: the last layer's biases.
  private func greedy(_ configuration: DQN.Configuration) throws -> DQN {
    let agent = try DQN(configuration, for: choices.specification, environmentCount: 2, seed: 1)
    agent.parameters.elements = (0..<agent.parameters.count).map { $0 == agent.parameters.count - 2 ? 1 : 0 }
    return agent
  }

  private func shares(_ taken: some Collection<Double>) -> [Double] {
    (0..<3).map { action in Double(taken.count { $0 == Double(action) }) / Double(taken.count) }
  }

  @Test func `DQN's actions are uniform until learning starts, whatever ε is, and greedy after it where ε is 0`() throws
  {
    BLAS.threads = 1
    var configuration = DQN.Configuration()
    configuration.replay = idle
    configuration.replay.learningStarts = 6_000
    configuration.exploration.initial = 0
    configuration.exploration.final = 0
    let taken = try actions(of: try greedy(configuration), in: choices, steps: 8_000)
    // Four deviations are 0.024.
    for share in shares(taken[..<6_000]) { #expect(abs(share - 1 / 3) < 0.024) }
    #expect(taken[6_000...].allSatisfy { $0 == 1 })
  }

  @Test func `SAC, TD3 and DDPG act uniformly until learning starts`() throws {
    BLAS.threads = 1
    var (sac, td3, ddpg) = (SAC.Configuration(), TD3Configuration(), DDPGConfiguration())
    sac.replay = idle
    sac.replay.learningStarts = 6_000
    (td3.replay, ddpg.replay) = (sac.replay, sac.replay)
    (sac.hiddenWidths, td3.hiddenWidths, ddpg.hiddenWidths) = ([4], [4], [4])
    let agents: [any Agent] = [
      try SAC(sac, for: box.specification, environmentCount: 2, seed: 1),
      try TD3(td3, for: box.specification, environmentCount: 2, seed: 1),
      try DDPG(ddpg, for: box.specification, environmentCount: 2, seed: 1),
    ]
    for agent in agents {
      let taken = try actions(of: agent, in: box, steps: 8_000)
      for quarter in 0..<4 {
        let low = Double(quarter) - 3
        // Four deviations are 0.022.
        #expect(abs(Double(taken[..<6_000].count { $0 >= low && $0 < low + 1 }) / 6_000 - 0.25) < 0.022)
      }
      // The observation is always the same one, so that a policy without noise always does the same.
      if !(agent is SAC) { #expect(Set(taken[6_000...]).count == 1) }
    }
  }

  @Test func `a share ε of DQN's actions is random, and evenly so`() throws {
    BLAS.threads = 1
    var configuration = DQN.Configuration()
    configuration.replay = idle
    configuration.exploration = EpsilonSchedule(fraction: 0)
    configuration.exploration.final = 0.3
    let shares = shares(try actions(of: try greedy(configuration), in: choices, steps: 10_000))
    // Three deviations are 0.009 and 0.012.
    #expect(abs(shares[0] - 0.1) < 0.009)
    #expect(abs(shares[1] - 0.8) < 0.012)
    #expect(abs(shares[2] - 0.1) < 0.009)
  }

  @Test func `noise that remembers begins anew with every episode`() throws {
    BLAS.threads = 1
    var configuration = DDPGConfiguration()
    configuration.learningRate = .constant(0)
    configuration.replay = ReplaySettings(capacity: 100, batchSize: 1)
    configuration.replay.learningStarts = 0
    configuration.explorationNoise = .ornsteinUhlenbeck
    configuration.explorationDeviation = 1
    let world = OneStep(.box(low: [-1], high: [1]))
    let agent = try DDPG(configuration, for: world.specification, environmentCount: 2, seed: 1)
    let rewards = try actions(of: agent, in: world, steps: 200)
    #expect(rewards.count == 200)
    // A step of the noise alone deviates by √0.01; what it remembers of many, by 1.8.
    let mean = rewards.reduce(0, +) / 200
    let deviation = (rewards.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 200).squareRoot()
    #expect(deviation > 0.08 && deviation < 0.12)
  }

  @Test func `SAC explores with its draws, and with noise that remembers where one is chosen`() throws {
    BLAS.threads = 1
    var configuration = SAC.Configuration()
    configuration.replay = idle
    configuration.hiddenWidths = [4]
    /// Of the actions of one episode of 200 steps.
    func autocorrelation() throws -> Double {
      func sum(lag: Int) throws -> Double {
        let world = PaidByLag(lag: lag)
        let agent = try SAC(configuration, for: world.specification, environmentCount: 1, seed: 1)
        // A mean of 0 and a deviation of exp(−2).
        let logarithm = agent.actorParameters.count - 1
        agent.actorParameters.elements = (0...logarithm).map { $0 == logarithm ? -2 : 0 }
        let (vector, sink) = (EnvironmentVector(world, count: 1), MemorySink())
        agent.begin(in: vector, seed: 1)
        var progress = TrainingProgress(steps: 0, budget: 200)
        while progress.steps < 200 {
          progress.steps += try agent.iterate(in: vector, progress: progress, reporting: sink)
        }
        return try #require(sink.episodes.first).reward
      }
      return try sum(lag: 1) / sum(lag: 0)
    }
    // Three deviations of 200 independent draws are 0.21.
    #expect(abs(try autocorrelation()) < 0.21)
    configuration.explorationNoise = .ornsteinUhlenbeck
    configuration.explorationDeviation = 0.5
    #expect(try autocorrelation() > 0.8)
    configuration.explorationNoise = .normal
    #expect(abs(try autocorrelation()) < 0.21)
  }

  /// Pays the product of an action and the one `lag` steps before, and ends after 200.
  private struct PaidByLag: Environment {
    struct State: Sendable, Codable { var (last, steps) = (0.0, 0) }
    var lag: Int
    let specification = EnvironmentSpecification(
      id: "PaidByLag-v0", observationSpace: .box(low: [0], high: [1]), actionSpace: .box(low: [-1], high: [1]))
    func reset(using generator: inout PCG64) -> State { State() }
    func step(_ state: inout State, action: Span<Float>, using generator: inout PCG64) -> Outcome {
      let value = Double(action[0])
      let reward = value * (lag == 0 ? value : state.last)
      state.last = value
      state.steps += 1
      return Outcome(reward: reward, ending: state.steps == 200 ? .terminated : .none)
    }
    func observe(_ state: State, into observation: inout MutableSpan<Float>) { observation[0] = 0 }
  }
}
