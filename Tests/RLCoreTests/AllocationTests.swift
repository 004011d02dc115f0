import BLASBridge
import Environments
import Telemetry
import TestSupport
import Testing

@testable import RLCore
@testable import Settings

@Suite struct AllocationTests {
  /// With signals, every iteration has a look.
  @Test(arguments: [SignalPlan.none, SignalPlan(interval: 1)])
  func `training allocates nothing a step once it is going`(signals: SignalPlan) throws {
    BLAS.threads = 1
    func allocationsOfFourIterations(segmentLength: Int) throws -> Int? {
      var configuration = PPO.Configuration()
      configuration.segmentLength = segmentLength
      configuration.minibatchSize = 256
      configuration.epochs = 2
      let world = try EnvironmentCatalogue.make("CartPole-v1", count: 8)
      let agent = try PPO(configuration, for: world.specification, environmentCount: 8, seed: 1)
      let sink = MemorySink(signals, keeping: .nothing)
      agent.begin(in: world, seed: 1)
      let progress = TrainingProgress(steps: 0, budget: 1_000_000)
      // Until the first thousand observations are known.
      for _ in 0..<5 { _ = try agent.iterate(in: world, progress: progress, reporting: sink) }
      let count = try allocations {
        for _ in 0..<4 { _ = try agent.iterate(in: world, progress: progress, reporting: sink) }
      }
      #expect(sink.count > 60)
      return count
    }
    // Iterations of 256 and of 1,024 transitions: what they allocate does not grow with the steps.
    let short = try allocationsOfFourIterations(segmentLength: 32)
    let long = try allocationsOfFourIterations(segmentLength: 128)
    #expect(short == long)
  }

  @Test(arguments: ["dqn", "sac", "td3"])
  func `neither do off-policy agents, with a look every iteration`(name: String) throws {
    BLAS.threads = 1
    let world = try EnvironmentCatalogue.make(name == "dqn" ? "CartPole-v1" : "Pendulum-v1", count: 1)
    let values: [String: HyperparameterValue] = [
      "buffer_size": .integer(5_000), "learning_starts": .integer(200), "batch_size": .integer(16),
      "net_arch": .integers([8]),
    ]
    let agent = try Agents.make(
      try #require(Agents.named(name)), hyperparameters: values, for: world.specification, environmentCount: 1, seed: 1)
    let sink = MemorySink(SignalPlan(interval: 1), keeping: .nothing)
    agent.begin(in: world, seed: 1)
    func iterate(_ iterations: Range<Int>) throws {
      for iteration in iterations {
        let progress = TrainingProgress(steps: 250 * iteration, budget: 1_000_000)
        _ = try agent.iterate(in: world, progress: progress, reporting: sink)
      }
    }
    try iterate(0..<8)
    // Fewer than a tenth of the steps: reports allocate, steps and updates do not.
    let count = try allocations { try iterate(8..<12) }
    #expect((count ?? 0) < 100)
  }
}
