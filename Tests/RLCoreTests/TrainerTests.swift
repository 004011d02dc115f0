import Environments
import Learning
import Telemetry
import Testing

@testable import RLCore

@Suite struct TrainerTests {
  /// The steps at which a training of 200,000 steps in iterations of 10,000, which takes no second, saves.
  private func saves(_ change: (inout TrainingPlan) -> Void) throws -> (steps: [Int], took: Duration) {
    let world = try Worlds.make("FrozenLake-v1", count: 4)
    let type = try #require(Agents.named("q_learning"))
    var plan = TrainingPlan(budget: 200_000)
    plan.evaluationFrequency = 0
    plan.finalEpisodes = 0
    change(&plan)
    let trainer = Trainer(
      try Agents.make(type, hyperparameters: [:], for: world.specification, copies: 4, seed: 1), in: world,
      evaluatingIn: try Worlds.make("FrozenLake-v1", count: 1), seed: 1, plan: plan)
    let sink = MemorySink()
    let took = try ContinuousClock().measure { _ = try trainer.train(into: sink) }
    return (sink.checkpoints.map(\.step), took)
  }

  @Test func `who asks for checkpoints gets each`() throws {
    #expect(try saves { $0.saveFrequency = 50_000 }.steps.map { $0 / 50_000 } == Array(1...4))
  }

  @Test func `where nobody asks, a checkpoint a second is enough, and the last`() throws {
    let (steps, took) = try saves { _ in }
    #expect(steps.last == 200_000)
    #expect(steps.count <= 1 + Int(took.components.seconds))
  }

  @Test func `a training that may have to go back saves every twentieth`() throws {
    #expect(try saves { $0.keepsMilestones = true }.steps.map { $0 / 10_000 } == Array(1...20))
  }

  @Test func `a checkpoint that takes long is saved less often`() {
    let plan = TrainingPlan(budget: 100)
    #expect(!plan.pays(forSaving: 0, after: 0.9))
    #expect(plan.pays(forSaving: 0.01, after: 1))
    #expect(!plan.pays(forSaving: 0.5, after: 24))
    #expect(plan.pays(forSaving: 0.5, after: 25))
  }
}
