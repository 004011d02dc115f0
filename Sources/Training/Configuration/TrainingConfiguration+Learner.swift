import Environments
import Learning
import RLCore
import Randomness
import Runs
import Settings
import Telemetry

extension TrainingConfiguration: LearnerConfiguration {
  public static let learns = "agent"

  public var signals: SignalPlan { SignalPlan(interval: watchInterval ?? max(1, budget / 200), watched: watched) }

  public func changing(_ hyperparameters: [String: HyperparameterValue]) throws -> Self {
    guard let type = Agents.named(agent) else { return self }
    var changed = self
    changed.hyperparameters = try Agents.resolve(
      type, hyperparameters, for: try specification)
    return changed
  }

  public func makeLearner(seed: UInt64, in context: RunContext) throws -> Trainer {
    try check()
    guard let type = Agents.named(agent) else { throw ConfigurationError("there is no agent '\(agent)'") }
    let vector = try EnvironmentCatalogue.make(
      environment, count: environmentCount, threads: context.threads, python: python)
    let learner = try Agents.make(
      type, hyperparameters: hyperparameters, for: vector.specification, environmentCount: environmentCount,
      seed: context.learnerSeed(seed))
    try learner.check(vector)
    let trainer = Trainer(
      learner, in: vector,
      evaluatingIn: try EnvironmentCatalogue.make(
        environment, count: Evaluator.environmentCount, threads: context.threads, python: python), seed: seed,
      budget: budget, evaluationEpisodes: evaluationEpisodes, finalEpisodes: finalEpisodes)
    try signals.check(trainer.tensors, of: agent)
    if context.isFresh, let source, let sources = context.sources {
      try learner.loadPolicy(from: source.load(from: sources))
    }
    return trainer
  }

  public func requireCheckpoints(loadableBy changed: Self, seed: UInt64) throws {
    guard environmentCount == changed.environmentCount else {
      throw CheckpointError("it has \(environmentCount) environments, not \(changed.environmentCount)")
    }
    guard let type = Agents.named(agent) else { return }
    let specification = try specification
    func make(_ configuration: Self) throws -> any Agent {
      try Agents.make(
        type, hyperparameters: configuration.hyperparameters, for: specification,
        environmentCount: configuration.environmentCount, seed: seed)
    }
    var checkpoint = Checkpoint()
    try make(self).save(into: &checkpoint)
    try make(changed).load(from: checkpoint)
  }
}

extension Trainer: Learner {
  public func advance(
    reporting sink: any MetricSink, iterated: (_ step: Int, _ loss: Double) throws -> Void
  ) throws { try advance(reporting: sink) }

  public var isFinished: Bool { agent.isFinished }
  public var times: PhaseTimes { agent.times }

  public func evaluate(reporting sink: any MetricSink) throws -> Score? {
    try evaluate(reporting: sink).map { Score(.evalMeanReward, $0, .maximize) }
  }

  public func load(from checkpoint: Checkpoint, as restart: Restart) throws {
    guard case .rewind(let stream) = restart else { return try load(from: checkpoint) }
    var moved = checkpoint
    moved.moveGenerators(UInt64(stream))
    try load(from: moved)
  }

  public func finding(for error: any Error) -> Finding? { (error as? NonFiniteActionError)?.finding(step: step) }
}

extension Checkpoint {
  /// Gives every generator in it the independent stream number `index` of its own.
  fileprivate mutating func moveGenerators(_ index: UInt64) {
    for name in texts.keys.sorted() {
      guard let generator = try? decode(name, as: CounterGenerator.self) else { continue }
      set(name, encoding: generator.split(index))
    }
  }
}
