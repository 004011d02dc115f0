import Learning
import RLCore
import Randomness
import Telemetry
import Testing
import Tracker

@testable import Settings
@testable import Training

/// An agent of a program's own: it plays at random and learns nothing.
private final class Gambler: Agent {
  struct Configuration: AgentConfiguration {
    var patience = 8
    static let hyperparameters: [Hyperparameter<Configuration>] = [
      .integer("patience", \.patience, .atLeast(1), "steps an iteration")
    ]
    func validate(for world: EnvironmentSpecification) {}
    func memory(for world: EnvironmentSpecification, environmentCount: Int, budget: Int) -> MemoryEstimate {
      MemoryEstimate()
    }
  }

  static let name = "gambler"
  static let summary = "plays at random"
  let configuration: Configuration
  private var batch: StepBatch
  private var generator: CounterGenerator

  init(_ configuration: Configuration, for world: EnvironmentSpecification, environmentCount: Int, seed: UInt64) {
    self.configuration = configuration
    batch = StepBatch(count: environmentCount, width: world.observationSpace.width)
    generator = CounterGenerator(SeedSequence(seed))
  }

  func begin(in world: any VectorEnvironment, seed: UInt64) { world.reset(seed: seed, into: &batch) }

  func iterate(in world: any VectorEnvironment, progress: TrainingProgress, reporting sink: any MetricSink) -> Int {
    for _ in 0..<configuration.patience {
      let actions = (0..<world.count).map { _ in Float(generator.integer(below: 2)) }
      world.step(actions.span, into: &batch)
    }
    let steps = configuration.patience * world.count
    sink.record("train/luck", Double(generator.uniform()), step: progress.steps + steps)
    return steps
  }

  struct Chance: Policy {
    func act(
      on observations: Span<Float>, masks: Span<Bool>, count: Int, deterministic: Bool, state: inout Void,
      using generator: inout CounterGenerator, into actions: inout MutableSpan<Float>
    ) {
      for row in 0..<count { actions[row] = Float(generator.integer(below: 2)) }
    }
  }

  var policy: any Policy { Chance() }
  static func policy(
    in checkpoint: Checkpoint, _ configuration: Configuration, for world: EnvironmentSpecification
  ) -> any Policy { Chance() }

  func save(into checkpoint: inout Checkpoint) { checkpoint.set("generator", encoding: generator) }
  func load(from checkpoint: Checkpoint) throws { generator = try checkpoint.decode("generator") }
  func loadPolicy(from checkpoint: Checkpoint) {}
}

@Suite struct RegisteredAgentTests {
  @Test func `a custom agent is trained by its name, with its hyperparameters`() throws {
    #expect(Agents.named("gambler") == nil)
    Agents.register(Gambler.self)
    let temporary = try TemporaryStore()
    let store = temporary.store
    var configuration = try TrainingConfiguration(
      environment: "CartPole-v1", agent: "gambler", values: ["patience": .integer(16)])
    configuration.plan.budget = 64
    configuration.plan.evaluationFrequency = 0
    configuration.finalEpisodes = 4
    let run = try TrainingRun.start(configuration, seed: 3, experiment: "own", in: store)
    try run.train()
    let record = try store.load(run.id)
    #expect(record.status == .finished)
    #expect(record.series("train/luck")?.steps == [16, 32, 48, 64])
    #expect((record.last("final/mean_reward") ?? 0) >= 8)
  }

  @Test func `a name that is taken cannot be registered again`() async {
    await #expect(processExitsWith: .failure) { Agents.register(PPO.self) }
  }
}
