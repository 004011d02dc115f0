import BLASBridge
import Foundation
import Randomness
import Telemetry
import TestSupport
import Testing

@testable import RLCore

/// Whole trainings without chance, from Stable-Baselines3's first weights to its last ones.
///
/// What has to agree: losses, targets, clipping and optimizers, and in which order steps, rounds of updates and the
/// targets' own updates follow one another.
@Suite struct PeerTrainingTests {
  /// What `Tests/Goldens/stable_baselines3_trainings.py` recorded.
  private struct Recorded: Decodable {
    struct Training<Networks: Decodable>: Decodable {
      var before, after: Networks
    }
    struct Values: Decodable { var q, target: [Float] }
    struct ActorAndCritics: Decodable { var actor, actorTarget, critics, criticTargets: [Float] }
    struct PolicyAndValue: Decodable {
      var policy, value: [Float]
      var parameters: [Float] { policy + value }
    }

    var dqn: Training<Values>
    var td3, ddpg: Training<ActorAndCritics>
    var a2c, ppo: Training<PolicyAndValue>

    init() throws {
      let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Goldens/recorded/stable_baselines3_trainings.json")
      self = try JSONDecoder().decode(Recorded.self, from: Data(contentsOf: file))
    }
  }

  /// A cart on a track that winds; it falls off beyond ±1, and a run is cut after nine steps.
  private struct Track: Environment {
    struct State: Sendable, Codable {
      var place = 0.3
      var steps = 0
    }

    let specification: EnvironmentSpecification
    private let isNumbered: Bool

    /// `choices`: nil for a box.
    init(choices: Int?) {
      isNumbered = choices != nil
      specification = EnvironmentSpecification(
        id: "Track-v0", observationSpace: .box(low: [-9, -1, -1], high: [9, 1, 1]),
        actionSpace: choices.map { .discrete(count: $0) } ?? .box(low: [-2], high: [1]), timeLimit: 9)
    }

    func reset(using generator: inout PCG64) -> State { State() }

    func step(_ state: inout State, action: Span<Float>, using generator: inout PCG64) -> Outcome {
      let push = isNumbered ? Double(action[0]) - 1 : Double(action[0])
      state.place = 0.9 * state.place + 0.4 * push + 0.2 * sin(Double(state.steps))
      state.steps += 1
      return Outcome(
        reward: 3 * cos(Double(state.steps)) * state.place, ending: abs(state.place) > 1 ? .terminated : .none)
    }

    func observe(_ state: State, into observation: inout MutableSpan<Float>) {
      observation[0] = Float(state.place)
      observation[1] = Float(sin(Double(state.steps)))
      observation[2] = Float(cos(Double(state.steps)))
    }
  }

  private func train(_ agent: some Agent, choices: Int?) throws {
    BLAS.threads = 1
    let world = EnvironmentVector(Track(choices: choices), count: 1)
    var progress = TrainingProgress(steps: 0, budget: 300)
    agent.begin(in: world, seed: 0)
    while progress.steps < progress.budget {
      progress.steps += try agent.iterate(in: world, progress: progress, reporting: MemorySink())
    }
  }

  /// The largest difference between weights.
  private func distance(_ ours: FloatBuffer, _ theirs: [Float]) -> Float {
    zip(ours.elements, theirs).map { abs($0 - $1) }.max()!
  }

  /// A buffer of one transition, which leaves a sample no choice.
  private func replay(every steps: Int, updates: Int?) -> ReplaySettings {
    var replay = ReplaySettings(capacity: 1, trainFrequency: steps, batchSize: 1)
    replay.learningStarts = 0
    replay.gradientSteps = updates
    replay.gamma = 0.9
    return replay
  }

  @Test func `DQN ends where Stable-Baselines3's does`() throws {
    let recorded = try Recorded().dqn
    var configuration = DQN.Configuration()
    configuration.learningRate = .constant(0.01)
    configuration.replay = replay(every: 3, updates: nil)
    configuration.tau = 0.5
    configuration.targetUpdateInterval = 6
    configuration.exploration.initial = 0
    configuration.exploration.final = 0
    configuration.maximumGradientNorm = 1
    configuration.hiddenWidths = [8, 6]
    configuration.activation = .tanh
    let agent = try DQN(configuration, for: Track(choices: 3).specification, environmentCount: 1, seed: 0)
    agent.parameters.elements = recorded.before.q
    agent.targetParameters.elements = recorded.before.target
    try train(agent, choices: 3)
    #expect(distance(agent.parameters, recorded.before.q) > 0.1)
    #expect(distance(agent.parameters, recorded.after.q) < 1e-4)
    #expect(distance(agent.targetParameters, recorded.after.target) < 1e-4)
  }

  private func check(
    _ agent: some Agent, _ parameters: FloatBuffer, _ recorded: Recorded.Training<Recorded.PolicyAndValue>
  ) throws {
    parameters.elements = recorded.before.parameters
    try train(agent, choices: 1)
    #expect(distance(parameters, recorded.before.parameters) > 0.1)
    #expect(distance(parameters, recorded.after.parameters) < 1e-4)
  }

  @Test func `the values of A2C and PPO end where Stable-Baselines3's do`() throws {
    let (recorded, world) = (try Recorded(), Track(choices: 1).specification)
    var a2c = A2C.Configuration()
    a2c.learningRate = .constant(0.01)
    a2c.gamma = 0.9
    a2c.lambda = 0.9
    a2c.valueCoefficient = 0.4
    a2c.maximumGradientNorm = 0.3
    a2c.hiddenWidths = [8, 6]
    let first = try A2C(a2c, for: world, environmentCount: 1, seed: 0)
    try check(first, first.network.parameters, recorded.a2c)

    var ppo = PPO.Configuration()
    ppo.learningRate = .constant(0.01)
    ppo.segmentLength = 12
    ppo.minibatchSize = 12
    ppo.epochs = 3
    ppo.gamma = 0.9
    ppo.lambda = 0.8
    ppo.valueCoefficient = 0.7
    ppo.maximumGradientNorm = 0.4
    ppo.valueClipRange = .constant(0.3)
    ppo.hiddenWidths = [8, 6]
    let second = try PPO(ppo, for: world, environmentCount: 1, seed: 0)
    try check(second, second.network.parameters, recorded.ppo)
  }

  private func check<Configuration: DeterministicPolicyConfiguration>(
    _ configuration: Configuration, _ recorded: Recorded.Training<Recorded.ActorAndCritics>
  ) throws {
    let agent = try DeterministicPolicyGradient(
      configuration, for: Track(choices: nil).specification, environmentCount: 1, seed: 0)
    agent.actorParameters.elements = recorded.before.actor
    agent.actorTargetParameters.elements = recorded.before.actorTarget
    agent.critics.parameters.elements = recorded.before.critics
    agent.critics.targetParameters.elements = recorded.before.criticTargets
    try train(agent, choices: nil)
    #expect(distance(agent.actorParameters, recorded.before.actor) > 0.1)
    #expect(distance(agent.actorParameters, recorded.after.actor) < 1e-4)
    #expect(distance(agent.actorTargetParameters, recorded.after.actorTarget) < 1e-4)
    #expect(distance(agent.critics.parameters, recorded.after.critics) < 1e-4)
    #expect(distance(agent.critics.targetParameters, recorded.after.criticTargets) < 1e-4)
  }

  @Test func `TD3 and DDPG end where Stable-Baselines3's do`() throws {
    let recorded = try Recorded()
    var td3 = TD3Configuration()
    td3.learningRate = .constant(0.01)
    td3.replay = replay(every: 2, updates: 3)
    td3.tau = 0.1
    td3.targetPolicyNoise = 0
    td3.hiddenWidths = [8, 6]
    td3.activation = .tanh
    try check(td3, recorded.td3)

    var ddpg = DDPGConfiguration()
    ddpg.learningRate = .constant(0.01)
    ddpg.replay = replay(every: 1, updates: 1)
    ddpg.tau = 0.1
    ddpg.hiddenWidths = [8, 6]
    ddpg.activation = .tanh
    try check(ddpg, recorded.ddpg)
  }
}
