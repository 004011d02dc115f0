import Learning
import Telemetry

/// Drives a learner until its budget is used up, with evaluations and checkpoints on the way. Use it for a learner whose records
/// go elsewhere than into a store; ``LearnerRun`` has one inside. There is no other loop.
///
/// ```swift
/// import Telemetry
///
/// func drive(_ learner: any Learner, into sink: any RunSink) throws -> RunOutcome {
///   var plan = LoopPlan(budget: 100)
///   plan.maximumSeconds = 60
///   return try RunLoop(learner, plan).run(into: sink, onProgress: { print($0.step) })
/// }
/// ```
///
/// Everything recorded but `time/*` depends on the learner and the plan's steps alone; a loop that goes on from a checkpoint
/// records what an uninterrupted one would have.
public final class RunLoop {
  public private(set) var learner: any Learner
  public let plan: LoopPlan
  /// Times the run went back to a checkpoint.
  package private(set) var rewinds: Int
  /// Those that are asked in the run at hand.
  private var judges: [any Judge] = []
  private var state = State()
  private var hasBegun = false
  /// The step of the checkpoint that was loaded; it need not be saved again.
  private var restoredStep = -1
  /// Another run's checkpoint, which the learner goes on from once it has begun.
  private var inheritance: (checkpoint: Checkpoint, restart: Restart)?

  /// The loop's part of a checkpoint.
  struct State: Codable, Equatable {
    var best: Double?
    /// Evaluations since the best one.
    var stale = 0
    /// Decided before the last parameters are saved: a run that is killed during their evaluation has ended all the same.
    var ending: StopReason?
  }

  /// What a rewind leads to: a learner, with the checkpoint that it is to load if it does not start from step 0.
  package typealias Rewound = (learner: any Learner, checkpoint: Checkpoint?, restart: Restart)

  public convenience init(_ learner: any Learner, _ plan: LoopPlan) { self.init(learner, plan, rewinds: 0) }

  /// `rewinds` went before.
  package init(_ learner: any Learner, _ plan: LoopPlan, rewinds: Int) {
    (self.learner, self.plan, self.rewinds) = (learner, plan, rewinds)
  }

  /// Seconds between two flushes of what is recorded: iterations may be shorter than a flush is worth.
  private static let flushInterval = 0.02

  /// Steps done.
  public var step: Int { learner.step }

  // MARK: Checkpoints

  /// A checkpoint of the learner and the loop.
  public func checkpoint() throws -> Checkpoint {
    var checkpoint = Checkpoint()
    try learner.save(into: &checkpoint)
    checkpoint.set("loop", encoding: state)
    return checkpoint
  }

  /// Goes on from a checkpoint of a loop with the same learner.
  ///
  /// `extending`: a run that ended before its budget was used up goes on all the same, until the next reason to end.
  public func load(_ checkpoint: Checkpoint, as restart: Restart = .resume, extending: Bool = false) throws {
    let checkpoint = try checkpoint.inPresentForm()
    state = try checkpoint.decode("loop")
    if extending { state.ending = nil }
    try learner.load(from: checkpoint, as: restart)
    hasBegun = true
    restoredStep = learner.step
  }

  /// Begins with what another run's checkpoint holds of the learner; nothing that its loop decided counts here.
  package func inherit(_ checkpoint: Checkpoint, as restart: Restart) throws {
    inheritance = (try checkpoint.inPresentForm(), restart)
  }

  // MARK: Running

  /// Runs to the end of the budget, until a judge stops it or until `shouldStop` says so, which is asked after every advance.
  ///
  /// `judges` decide beside the plan's own limits. The last parameters are saved and then scored. Throws what the learner, the
  /// sink or a judge throws; traps if a judge asks for a rewind, which only a run in a store can do.
  @discardableResult
  public func run(
    into sink: any RunSink, signals: SignalPlan = .none, judges: [any Judge] = [],
    shouldStop: () -> Bool = { false }, onProgress: (RunProgress) -> Void = { _ in }
  ) throws -> RunOutcome {
    try run(
      into: sink, signals: signals, judges: judges, secondsUsed: 0,
      rewinding: { _ in preconditionFailure("only a run in a store can be rewound") }, shouldStop: shouldStop,
      onProgress: onProgress)
  }

  /// As above. `rewind` gives the learner to go on with after a rewind; `secondsUsed` of the time limit went before.
  package func run(
    into sink: any RunSink, signals: SignalPlan, judges: [any Judge], secondsUsed: Double,
    rewinding rewind: (RewindRequest) throws -> Rewound, shouldStop: () -> Bool, onProgress: (RunProgress) -> Void
  ) throws -> RunOutcome {
    self.judges = judges + plan.limits(secondsUsed: secondsUsed)
    while true {
      switch try stretch(into: sink, signals: signals, shouldStop: shouldStop, onProgress: onProgress) {
      case .outcome(let outcome): return outcome
      case .rewind(let request):
        let next = try rewind(request)
        (learner, state, hasBegun, restoredStep) = (next.learner, State(), false, -1)
        rewinds += 1
        if let checkpoint = next.checkpoint { try load(checkpoint, as: next.restart, extending: true) }
      }
    }
  }

  /// What a run without a rewind in between comes to.
  private enum StretchEnd {
    case outcome(RunOutcome)
    case rewind(RewindRequest)
  }

  /// To the end or to a rewind.
  private func stretch(
    into sink: any RunSink, signals: SignalPlan, shouldStop: () -> Bool, onProgress: (RunProgress) -> Void
  ) throws -> StretchEnd {
    do {
      let reporter = RunReporter(sink, signals: signals)
      let end = try advance(into: sink, reporter, shouldStop: shouldStop, onProgress: onProgress)
      guard case .outcome(let outcome) = end else { return end }
      return .outcome(try finish(outcome, into: sink, shouldStop: shouldStop))
    } catch {
      // Nothing can go on from here; only a rewind helps.
      guard let finding = learner.finding(for: error), case .rewind(let request) = try decide(.failed(finding)) else {
        throw error
      }
      return .rewind(request)
    }
  }

  /// Advances to the end, and saves the last parameters.
  private func advance(
    into sink: any RunSink, _ reporter: RunReporter, shouldStop: () -> Bool, onProgress: (RunProgress) -> Void
  ) throws -> StretchEnd {
    let start = MonotonicClock.seconds
    var (lastSave, lastSaveTook, lastFlush) = (start, 0.0, start)
    if !hasBegun {
      try learner.begin(reporting: reporter)
      hasBegun = true
      if let inheritance {
        try learner.load(from: inheritance.checkpoint, as: inheritance.restart)
        self.inheritance = nil
      }
    }
    var ledger = TimeLedger(learner.times)
    var savedStep = restoredStep
    var outcome = state.ending.map { RunOutcome.stopped($0) }
    // A run that goes on may have used up its time before.
    if outcome == nil, restoredStep == step, case .stop(let reason) = try decide(.saved) { outcome = .stopped(reason) }
    while outcome == nil, !isLast {
      let previous = step
      do {
        try learner.advance(reporting: reporter) { step, loss in
          onProgress(RunProgress(step: step, budget: plan.budget, figure: loss))
          if shouldStop() || !plan.scoresAtEnd && isAtStopStep(step) { throw CutShort() }
        }
      } catch is CutShort {
        // What was learnt is lost with the advance: there is nothing to save.
        return .outcome(shouldStop() ? .interrupted : .finished)
      }
      if learner.isStepwise { sink.record(.timeTimeElapsed, MonotonicClock.seconds - start, step: step) }

      var (isBest, decision) = (false, try decide(.advanced))
      if !decision.ends, Telemetry.isDue(every: plan.evaluationFrequency, from: previous, to: step),
        let score = try ledger.measure(.evaluation, { try learner.evaluate(reporting: reporter) })
      {
        isBest = isBestSoFar(score) && plan.keepsBest
        decision = decision.joined(with: try decide(.evaluated, score))
      }
      if case .rewind(let request) = decision { return .rewind(request) }
      if case .stop(let reason) = decision { state.ending = reason }
      let isRegular = Telemetry.isDue(every: plan.saveSpacing, from: previous, to: step)
      let now = MonotonicClock.seconds
      let isDue =
        now - lastSave >= plan.saveInterval || isRegular && plan.pays(forSaving: lastSaveTook, after: now - lastSave)
      if isBest || isDue || decision == .save {
        try ledger.measure(.checkpoint) { try save(to: sink, best: isBest, regular: isRegular) }
        (lastSave, savedStep) = (MonotonicClock.seconds, step)
        lastSaveTook = lastSave - now
      }
      if learner.isStepwise { ledger.report(learner.times, logging: reporter.seconds, step: step, to: sink) }
      if MonotonicClock.seconds - lastFlush >= Self.flushInterval {
        try reporter.flush()
        lastFlush = MonotonicClock.seconds
      }
      onProgress(RunProgress(step: step, budget: plan.budget, figure: learner.figure))
      outcome = state.ending.map { .stopped($0) }
      if outcome != nil || isLast { break }
      if shouldStop() {
        outcome = .interrupted
      } else if case .stop(let reason) = try decide(.saved) {
        outcome = .stopped(reason)
      } else if isAtStopStep(step) {
        break
      }
    }
    if savedStep != step { try save(to: sink, best: false) }
    return .outcome(outcome ?? .finished)
  }

  /// Scores the last parameters.
  private func finish(_ outcome: RunOutcome, into sink: any RunSink, shouldStop: () -> Bool) throws -> RunOutcome {
    var outcome = outcome
    if outcome != .interrupted, plan.scoresAtEnd {
      do {
        if try !learner.finish(reporting: sink, shouldStop: shouldStop) { outcome = .interrupted }
      } catch {
        // The run may be stopped for this very error; then there is nothing to score.
        guard case .stopped = outcome, learner.finding(for: error) != nil else { throw error }
      }
    }
    try sink.flush()
    if outcome == .finished, case .stop(let reason) = try decide(.finished) { return .stopped(reason) }
    return outcome
  }

  private func decide(_ phase: Moment.Phase, _ score: Score? = nil) throws -> Decision {
    let moment = Moment(
      phase: phase, step: step, budget: plan.budget, isLast: isLast, score: score, evaluationsSinceBest: state.stale,
      rewinds: rewinds)
    return try judges.reduce(.goOn) { $0.joined(with: try $1.judge(moment)) }
  }

  /// Whether nothing follows, though nothing has stopped the run.
  private var isLast: Bool { step >= plan.budget || learner.isFinished }

  private func isAtStopStep(_ step: Int) -> Bool {
    plan.stopStep.map { step >= $0 && rewinds >= plan.rewindsBeforeStop } ?? false
  }

  /// Counts an evaluation.
  private func isBestSoFar(_ score: Score) -> Bool {
    if let best = state.best, !score.direction.prefers(score.value, to: best) {
      state.stale += 1
      return false
    }
    (state.best, state.stale) = (score.value, 0)
    return true
  }

  private func save(to sink: any RunSink, best: Bool, regular: Bool = false) throws {
    let checkpoint = try checkpoint()
    try sink.saveCheckpoint(
      checkpoint.safetensors(), step: step, best: best,
      milestone: regular && plan.keepsMilestones && checkpoint.isFinite)
  }
}

/// Thrown through an advance that is all of a run, to end it.
private struct CutShort: Error {}
