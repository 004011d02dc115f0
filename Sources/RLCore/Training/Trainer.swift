import Learning
import Telemetry

/// An agent in the environments that it learns in, and those that it is evaluated in: the steps that a training consists of.
/// Use it where you want your own loop; Training's `TrainingRun` does the rest too: log, checkpoints, debugger.
///
/// ```swift
/// import Telemetry
///
/// func train(_ agent: any Agent, in environments: any VectorEnvironment, evaluatingIn others: any VectorEnvironment,
///   reporting sink: any MetricSink
/// ) throws {
///   let trainer = Trainer(agent, in: environments, evaluatingIn: others, seed: 1, budget: 50_000)
///   trainer.begin(reporting: sink)
///   while trainer.step < trainer.budget { try trainer.advance(reporting: sink) }
///   _ = try trainer.finish(reporting: sink, shouldStop: { false })
/// }
/// ```
///
/// Everything recorded but `time/*` depends on the agent, the environment, the seed and the budget alone; a training
/// that goes on from a checkpoint records what an uninterrupted one would have. When to evaluate, to save and to stop
/// is the caller's.
public final class Trainer {
  public let agent: any Agent
  /// Transitions that the training is to have in the end: what schedules refer to.
  public let budget: Int
  private let environment: any VectorEnvironment
  /// Those that the environments it learns in keep.
  package var statistics: [String: RunningMoments] { environment.statistics }
  private let evaluator: Evaluator
  private let seed: UInt64
  private let evaluationEpisodes: Int
  private let finalEpisodes: Int
  private var counters = Counters()
  private var sink: TrainingSink?
  /// Of the advances of this object: transitions and monotonic seconds.
  private var (advanced, seconds) = (0, 0.0)

  private struct Counters: Codable {
    var steps = 0
    var iterations = 0
  }

  /// `evaluationEnvironment` is stepped by evaluations only. `evaluationEpisodes` are played by an evaluation on the
  /// way, 0: it has none; `finalEpisodes` by that of the last parameters.
  public init(
    _ agent: any Agent, in environment: any VectorEnvironment,
    evaluatingIn evaluationEnvironment: any VectorEnvironment,
    seed: UInt64, budget: Int, evaluationEpisodes: Int = 10, finalEpisodes: Int = 100
  ) {
    self.agent = agent
    self.environment = environment
    self.seed = seed
    self.budget = budget
    self.evaluationEpisodes = evaluationEpisodes
    self.finalEpisodes = finalEpisodes
    evaluator = Evaluator(in: evaluationEnvironment, seed: seed &+ Self.evaluationSeedOffset)
  }

  /// Evaluations of a training with seed S use S + 1,000,000.
  public static let evaluationSeedOffset: UInt64 = 1_000_000

  /// The tensors that can be watched: the agent's, and those of evaluations.
  public var tensors: [String] { agent.tensors + EvaluationTensors.names }

  /// Transitions so far.
  public var step: Int { counters.steps }
  /// `rollout/ep_rew_mean` as last recorded.
  public var figure: Double? { sink?.meanReward }

  /// Takes the first observations. Called once, unless `load` was.
  public func begin(reporting sink: any MetricSink) {
    recordSetup(of: agent, in: environment, budget: budget, to: sink)
    agent.begin(in: environment, seed: seed)
  }

  /// One iteration of the agent.
  public func advance(reporting sink: any MetricSink) throws {
    let start = MonotonicClock.seconds
    let count = try agent.iterate(
      in: environment, progress: TrainingProgress(steps: counters.steps, budget: budget), reporting: observed(sink))
    (advanced, seconds) = (advanced + count, seconds + MonotonicClock.seconds - start)
    counters.steps += count
    counters.iterations += 1
    sink.record(.timeFPS, Double(advanced) / max(seconds, 1e-9), step: step)
    sink.record("time/iterations", Double(counters.iterations), step: step)
  }

  /// Records an evaluation and returns the mean reward; nil if it is to have no episodes.
  public func evaluate(reporting sink: any MetricSink) throws -> Double? {
    if evaluationEpisodes == 0 { return nil }
    let tensors = EvaluationTensors.names.contains(where: sink.signals.watches) ? EvaluationTensors() : nil
    let policy = agent.policy
    let result = try evaluator.evaluate(
      policy, episodes: evaluationEpisodes, phase: .evaluation, statistics: environment.statistics, tensors: tensors)
    tensors?.record(step: step, to: sink)
    record(result, as: "eval", to: sink)
    recordStarts(to: sink)
    return result.meanReward
  }

  /// Records the evaluation of the last parameters; returns false if it was cut short: then nothing is recorded.
  public func finish(reporting sink: any MetricSink, shouldStop: () -> Bool) throws -> Bool {
    if finalEpisodes == 0 { return true }
    let policy = agent.policy
    let result = try evaluator.evaluate(
      policy, episodes: finalEpisodes, phase: .final, statistics: environment.statistics, shouldStop: shouldStop)
    guard result.episodes.count == finalEpisodes else { return false }
    record(result, as: "final", to: sink)
    return true
  }

  // MARK: Checkpoints

  /// Saves everything: agent, environment, counters.
  public func save(into checkpoint: inout Checkpoint) throws {
    checkpoint.texts["format"] = "rlrun-checkpoint-1"
    checkpoint.texts["agent"] = type(of: agent).name
    checkpoint.texts["environment"] = environment.specification.id
    checkpoint.set("hyperparameters", encoding: agent.configuration.values)
    checkpoint.set("trainer", encoding: counters)
    checkpoint.set("world", bytes: try environment.snapshot())
    // For evaluations, which have other environments.
    if !environment.statistics.isEmpty { checkpoint.set("world_statistics", encoding: environment.statistics) }
    agent.save(into: &checkpoint)
  }

  /// Goes on from a checkpoint of a training with the same agent, environment and seed. Throws `CheckpointError` if it
  /// does not fit.
  public func load(from checkpoint: Checkpoint) throws {
    counters = try checkpoint.decode("trainer")
    try agent.load(from: checkpoint)
    try environment.restore(checkpoint.bytes("world"))
  }

  // MARK: Recording

  /// `sink`, observed for what evaluations and the progress line need.
  private func observed(_ sink: any MetricSink) -> TrainingSink {
    if let observed = self.sink, observed.passesOn(to: sink) { return observed }
    let observed = TrainingSink(sink)
    self.sink = observed
    return observed
  }

  /// Records how the first observations of the evaluation differ from those that the agent learns from: as long as both
  /// environments are alike, that depends on no policy.
  private func recordStarts(to sink: any MetricSink) {
    guard let learnt = self.sink?.firstObservations?.moments, learnt.count >= Evaluator.environmentCount else { return }
    let (shift, scale) = learnt.difference(to: evaluator.firstObservations)
    sink.record(.evalStartShift, shift, step: step)
    if let scale { sink.record(.evalStartScale, scale, step: step) }
  }

  private func record(_ result: EvaluationResult, as name: String, to sink: any MetricSink) {
    for episode in result.episodes { sink.record(episode, step: step) }
    sink.record(Metric("\(name)/mean_reward"), result.meanReward, step: step)
    sink.record(Metric("\(name)/std_reward"), result.rewardDeviation, step: step)
    sink.record(Metric("\(name)/mean_ep_length"), result.meanLength, step: step)
  }
}
