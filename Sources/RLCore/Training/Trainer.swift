import Foundation
import Learning
import Telemetry

/// Lets an agent learn in a world: iterations until the budget is used up, with evaluations and checkpoints on the way.
///
/// Everything recorded but `time/*` depends on the agent, the world, the seed and the plan's steps alone; a training
/// that goes on from a checkpoint records what an uninterrupted one would have.
public final class Trainer {
  /// Why a training ended.
  public enum Outcome: Sendable, Hashable {
    case finished
    /// `TrainingPlan.maximumSeconds` were over.
    case outOfTime
    /// An evaluation reached `TrainingPlan.stopReward`.
    case reachedReward
    /// `TrainingPlan.patience` evaluations brought nothing new.
    case stoppedImproving
    case interrupted
    /// A verdict said so, for this reason.
    case stopped(String)
    /// A verdict said so; nothing was saved.
    case left
  }

  /// Where a training is; given to `onProgress` after every iteration.
  public struct Status: Sendable, Hashable {
    public var steps: Int
    public var budget: Int
    /// `rollout/ep_rew_mean` as last recorded.
    public var meanReward: Double?
    /// Transitions a second since this start, evaluations and checkpoints excluded.
    public var stepsPerSecond: Double
  }

  public let agent: any Agent
  private let world: any VectorEnvironment
  private let evaluator: Evaluator
  private let seed: UInt64
  /// May change between calls of `train`.
  public var plan: TrainingPlan
  private var state = State()
  private var hasBegun = false
  /// The step of the checkpoint that was taken up; it need not be saved again.
  private var restoredStep = -1

  /// What a checkpoint holds besides the agent's and the world's own.
  private struct State: Codable {
    var steps = 0
    var iterations = 0
    var best: Double?
    /// Evaluations since the best one.
    var stale = 0
    var lastEvaluation: Double?
    /// Decided before the last parameters are saved: a training that is killed while it evaluates them has ended all the
    /// same.
    var ending: Ending?
  }

  /// An end before the budget is used up that a training run again would come to as well.
  private enum Ending: Codable {
    case stopped(reason: String)
    case reachedReward
    case stoppedImproving

    var outcome: Outcome {
      switch self {
      case .stopped(let reason): .stopped(reason)
      case .reachedReward: .reachedReward
      case .stoppedImproving: .stoppedImproving
      }
    }
  }

  /// `evaluationWorld` is stepped by evaluations only.
  public init(
    _ agent: any Agent, in world: any VectorEnvironment, evaluatingIn evaluationWorld: any VectorEnvironment,
    seed: UInt64, plan: TrainingPlan
  ) {
    self.agent = agent
    self.world = world
    self.seed = seed
    self.plan = plan
    evaluator = Evaluator(in: evaluationWorld, seed: seed &+ Self.evaluationSeedOffset)
  }

  /// Seconds between two flushes of what is recorded: iterations may be shorter than a flush is worth.
  private static let flushInterval = 0.02

  /// Evaluations of a training with seed S use S + 1,000,000.
  public static let evaluationSeedOffset: UInt64 = 1_000_000

  /// The tensors that can be watched: the agent's, and those of evaluations.
  public var tensors: [String] { agent.tensors + EvaluationTensors.names }

  /// Transitions so far.
  public var steps: Int { state.steps }

  /// Trains until the budget is used up, the time is over or `shouldStop` says so (asked after every iteration).
  ///
  /// `judge` is asked after every iteration before anything else happens, and again after its evaluation.
  /// The last parameters are saved and then evaluated. Throws what the agent, the sink or `judge` throws.
  public func train(
    into sink: any RunSink, shouldStop: () -> Bool = { false }, judge: () throws -> Decision = { .goOn },
    onProgress: (Status) -> Void = { _ in }
  ) throws -> Outcome {
    let watched = TrainingSink(sink, signals: plan.signals)
    let start = Seconds.now
    let firstStep = state.steps
    var learning = 0.0
    var (lastSave, lastSaveTook, lastFlush) = (start, 0.0, start)
    if !hasBegun {
      recordSetup(of: agent, in: world, budget: plan.budget, to: watched)
      agent.begin(in: world, seed: seed)
      hasBegun = true
    }
    var ledger = TimeLedger(agent.times)
    var savedStep = restoredStep
    // A training that goes on may have used up its time before.
    var outcome = state.ending?.outcome
    if outcome == nil, restoredStep == state.steps, isOutOfTime(since: start) { outcome = .outOfTime }
    while outcome == nil, state.steps < plan.budget, !agent.isFinished {
      let before = Seconds.now
      let previous = state.steps
      state.steps += try agent.iterate(
        in: world, progress: Progress(steps: state.steps, budget: plan.budget), reporting: watched)
      state.iterations += 1
      learning += Seconds.now - before
      let rate = Double(state.steps - firstStep) / max(learning, 1e-9)
      sink.record("time/fps", rate, step: state.steps)
      sink.record("time/iterations", Double(state.iterations), step: state.steps)
      sink.record("time/time_elapsed", Seconds.now - start, step: state.steps)

      var (isBest, hasEvaluated, verdict) = (false, false, try judge())
      if !verdict.ends, crosses(plan.evaluationFrequency, from: previous), plan.evaluationEpisodes > 0 {
        isBest = try ledger.measure(.evaluation) { try evaluate(reporting: watched) }
        hasEvaluated = true
        verdict = verdict.joined(with: try judge())
      }
      if verdict == .rewind { return .left }
      state.ending = ending(verdict, hasEvaluated: hasEvaluated)
      let isRegular = crosses(plan.saveSpacing, from: previous)
      let now = Seconds.now
      let isDue =
        now - lastSave >= plan.saveInterval || isRegular && plan.pays(forSaving: lastSaveTook, after: now - lastSave)
      if isBest || isDue || verdict == .save {
        try ledger.measure(.checkpoint) { try save(to: sink, best: isBest, regular: isRegular) }
        (lastSave, savedStep) = (Seconds.now, state.steps)
        lastSaveTook = lastSave - now
      }
      ledger.report(agent.times, logging: watched.seconds, step: state.steps, to: sink)
      if Seconds.now - lastFlush >= Self.flushInterval {
        try watched.timing { try sink.flush() }
        lastFlush = Seconds.now
      }
      onProgress(
        Status(steps: state.steps, budget: plan.budget, meanReward: watched.meanReward, stepsPerSecond: rate))
      outcome = state.ending?.outcome
      if outcome != nil || state.steps >= plan.budget || agent.isFinished { break }
      if shouldStop() {
        outcome = .interrupted
      } else if isOutOfTime(since: start) {
        outcome = .outOfTime
      } else if let stop = plan.stopStep, state.steps >= stop {
        break
      }
    }
    if savedStep != state.steps { try save(to: sink, best: false) }
    do {
      if outcome != .interrupted, plan.finalEpisodes > 0, try !finalEvaluation(reporting: sink, shouldStop: shouldStop)
      {
        outcome = .interrupted
      }
    } catch let error as NonFiniteActionError {
      // What a training is stopped for may be just that; then there is nothing to evaluate.
      guard case .stopped = outcome else { throw error }
    }
    try sink.flush()
    return outcome ?? .finished
  }

  private func isOutOfTime(since start: Double) -> Bool {
    plan.maximumSeconds.map { Seconds.now - start >= $0 } ?? false
  }

  /// Whether the iteration at hand is the last one, though there is budget left.
  private func ending(_ verdict: Decision, hasEvaluated: Bool) -> Ending? {
    if case .stop(let reason) = verdict { return .stopped(reason: reason) }
    guard hasEvaluated, state.steps < plan.budget, !agent.isFinished else { return nil }
    if let reward = plan.stopReward, let last = state.lastEvaluation, last >= reward { return .reachedReward }
    if let patience = plan.patience, state.stale >= patience { return .stoppedImproving }
    return nil
  }

  /// A checkpoint of everything: agent, world, counters.
  public func checkpoint() throws -> Checkpoint {
    var checkpoint = Checkpoint()
    checkpoint.texts["format"] = "rlrun-checkpoint-1"
    checkpoint.texts["agent"] = type(of: agent).name
    checkpoint.texts["environment"] = world.specification.id
    checkpoint.set("hyperparameters", encoding: agent.configuration.values)
    checkpoint.set("trainer", encoding: state)
    checkpoint.set("world", bytes: try world.snapshot())
    // For evaluations, which have other copies of the world.
    if !world.statistics.isEmpty { checkpoint.set("world_statistics", encoding: world.statistics) }
    agent.save(into: &checkpoint)
    return checkpoint
  }

  /// Goes on from a checkpoint of a training with the same agent, world and seed.
  ///
  /// `extending`: a training that ended before its budget was used up goes on all the same, until the next reason to end.
  public func restore(_ checkpoint: Checkpoint, extending: Bool = false) throws {
    state = try checkpoint.decode("trainer")
    if extending { state.ending = nil }
    try agent.load(from: checkpoint)
    try world.restore(checkpoint.bytes("world"))
    hasBegun = true
    restoredStep = state.steps
  }

  private func crosses(_ frequency: Int, from previous: Int) -> Bool {
    frequency > 0 && state.steps / frequency > previous / frequency
  }

  private func save(to sink: any RunSink, best: Bool, regular: Bool = false) throws {
    let checkpoint = try checkpoint()
    try sink.saveCheckpoint(
      checkpoint.safetensors(), step: state.steps, best: best,
      milestone: regular && plan.keepsMilestones && checkpoint.isFinite)
  }

  /// Records an evaluation; true where it is the best so far.
  private func evaluate(reporting sink: TrainingSink) throws -> Bool {
    let tensors = EvaluationTensors.names.contains(where: plan.signals.watches) ? EvaluationTensors() : nil
    let result = try evaluator.evaluate(
      agent, episodes: plan.evaluationEpisodes, phase: .evaluation, statistics: world.statistics, tensors: tensors)
    tensors?.record(step: state.steps, to: sink)
    record(result, as: "eval", to: sink)
    recordStarts(to: sink)
    state.lastEvaluation = result.meanReward
    if let best = state.best, result.meanReward <= best {
      state.stale += 1
      return false
    }
    (state.best, state.stale) = (result.meanReward, 0)
    return true
  }

  /// Records how the first observations of the evaluation differ from those that the agent learns from: as long as both
  /// environments are alike, that depends on no policy.
  private func recordStarts(to sink: TrainingSink) {
    guard let learnt = sink.firstObservations?.moments, learnt.count >= Evaluator.copies else { return }
    let (shift, scale) = learnt.difference(to: evaluator.firstObservations)
    sink.record("eval/start_shift", shift, step: state.steps)
    if let scale { sink.record("eval/start_scale", scale, step: state.steps) }
  }

  /// False where it was cut short; then nothing is recorded.
  private func finalEvaluation(reporting sink: any RunSink, shouldStop: () -> Bool) throws -> Bool {
    let result = try evaluator.evaluate(
      agent, episodes: plan.finalEpisodes, phase: .final, statistics: world.statistics, shouldStop: shouldStop)
    guard result.episodes.count == plan.finalEpisodes else { return false }
    record(result, as: "final", to: sink)
    return true
  }

  private func record(_ result: EvaluationResult, as name: String, to sink: any MetricSink) {
    for episode in result.episodes { sink.record(episode, step: state.steps) }
    sink.record(Metric("\(name)/mean_reward"), result.meanReward, step: state.steps)
    sink.record(Metric("\(name)/std_reward"), result.rewardDeviation, step: state.steps)
    sink.record(Metric("\(name)/mean_ep_length"), result.meanLength, step: state.steps)
  }
}

private enum Seconds {
  /// Monotonic seconds.
  static var now: Double { Double(DispatchTime.now().uptimeNanoseconds) / 1e9 }
}
