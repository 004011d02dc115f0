import BLASBridge
import Learning
import Telemetry
import Tracker

/// A run in which something learns, on its way into a store: a learner and its loop on one side, a log on the other.
/// `TrainingRun` and `FitRun` are such runs; use it by this name for a kind of run of your own.
///
/// ```swift
/// import Tracker
///
/// func resumeAll<C: LearnerConfiguration>(_ ids: [String], as type: C.Type, in store: Store) throws {
///   for id in ids {
///     try LearnerRun<C>.resume(id, in: store)?.run(shouldStop: { false }, onProgress: { _ in }, onRemark: { print($0) })
///   }
/// }
/// ```
public final class LearnerRun<Configuration: LearnerConfiguration>: ActiveRun {
  public let id: String
  public let configuration: Configuration
  public let seed: UInt64
  let writer: RunWriter
  let response: FindingResponse
  let loop: RunLoop
  let context: RunContext
  let store: Store
  /// Where it went back because of a finding, in order.
  var rewinds: [ResumeRecord]
  /// Those that decide beside the plan's limits and the response to findings.
  package var judges: [any Judge] = []
  /// Seconds of the time limit that were used up before the run was resumed.
  private let secondsUsed: Double

  private init(
    _ configuration: Configuration, seed: UInt64, experiment: String, loop: RunLoop, writer: RunWriter,
    watch: FindingWatch, rewinds: [ResumeRecord] = [], secondsUsed: Double = 0, context: RunContext, store: Store
  ) {
    (self.configuration, self.seed, self.writer) = (configuration, seed, writer)
    (self.loop, self.context, self.store) = (loop, context, store)
    (self.rewinds, self.secondsUsed) = (rewinds, secondsUsed)
    response = FindingResponse(
      configuration.actions, watch: watch, writer: writer, experiment: experiment, store: store.path)
    id = writer.id
    writer.watch = watch
    ProcessJob.noteInCurrent(run: id)
  }

  /// Steps done.
  public var step: Int { loop.step }
  /// What learns.
  package var learner: Configuration.Process { loop.learner as! Configuration.Process }

  /// Starts a run: it is listed in the store before its first step.
  ///
  /// `sources` is the store of the runs that the configuration refers to, if that is another one. `threads` work side by side;
  /// the run does not depend on how many. Throws if the configuration or the store is at fault; then there is no run.
  public static func start(
    _ configuration: Configuration, seed: UInt64, experiment: String, name: String = "", tags: [String: String] = [:],
    surroundings: Surroundings = .current(), threads: Int = 1, in store: Store, sourcesIn sources: Store? = nil
  ) throws -> LearnerRun {
    try start(
      configuration, configuration.loopPlan, seed: seed, experiment: experiment, name: name, tags: tags,
      surroundings: surroundings, threads: threads, in: store, sourcesIn: sources ?? store)
  }

  /// Starts a run that does a step of a workflow, as a part of the run `parent`.
  package static func start(
    _ configuration: Configuration, seed: UInt64, doing step: StepRecord, experiment: String, tags: [String: String],
    parent: String, surroundings: Surroundings, in store: Store
  ) throws -> LearnerRun {
    try start(
      configuration, configuration.loopPlan, seed: seed, experiment: experiment, name: step.step, tags: tags,
      surroundings: surroundings, in: store, sourcesIn: store, parent: parent, step: step)
  }

  static func start(
    _ configuration: Configuration, _ plan: LoopPlan, seed: UInt64, experiment: String, name: String = "",
    tags: [String: String] = [:], surroundings: Surroundings = .current(), threads: Int = 1, in store: Store,
    sourcesIn sources: Store, parent: String? = nil, step: StepRecord? = nil, trial: TrialRecord? = nil
  ) throws -> LearnerRun {
    var description = configuration.description(
      seed: seed, experiment: experiment, name: name, tags: tags, surroundings: surroundings)
    (description.parent, description.step) = (parent, step)
    return try begin(
      configuration, plan, seed: seed, experiment: experiment, threads: threads, in: store, sourcesIn: sources,
      trial: trial
    ) { try store.start(description) }
  }

  /// Begins a run that is in the store already, as `writer` holds it: whoever shares work with others claims a run first, and
  /// makes ready what learns in it after. Throws what the configuration is at fault for; the run is left as it is.
  package static func begin(
    _ configuration: Configuration, seed: UInt64, experiment: String, threads: Int = 1, in store: Store,
    writer: RunWriter, trial: TrialRecord
  ) throws -> LearnerRun {
    try begin(
      configuration, configuration.loopPlan, seed: seed, experiment: experiment, threads: threads, in: store,
      sourcesIn: store, trial: trial
    ) { writer }
  }

  /// `start` makes the log, once nothing else can go wrong.
  private static func begin(
    _ configuration: Configuration, _ plan: LoopPlan, seed: UInt64, experiment: String, threads: Int,
    in store: Store, sourcesIn sources: Store, trial: TrialRecord? = nil, start: () throws -> RunWriter
  ) throws -> LearnerRun {
    BLAS.threads = Surroundings.currentBLASThreads
    let configuration = configuration.located(in: sources)
    try configuration.checkRewinds(seed: seed)
    var context = RunContext(sources: sources, threads: threads)
    context.isFresh = trial?.origin == nil
    let loop = RunLoop(try configuration.makeLearner(seed: seed, in: context), plan.ending(at: trial?.until))
    if let origin = trial?.origin { try loop.inherit(origin, from: sources) }
    let watch = try FindingWatch(configuration.debugger, parameters: configuration.hyperparameters)
    return LearnerRun(
      configuration, seed: seed, experiment: experiment, loop: loop, writer: try start(), watch: watch,
      context: context, store: store)
  }

  /// Adds a tag to the run, or gives it a new value.
  package func tag(_ key: String, _ value: String) throws { try writer.tag(key, value) }

  /// Shows `observer` every point from now on, beside the rules.
  package func observe(_ observer: @escaping (_ metric: Metric, _ value: Double, _ step: Int) -> Void) {
    writer.watch = ObservedWatch(watch: response.watch, observer: observer)
  }

  /// Records the git commit of the working directory, and how its files differ from it, beside the run.
  package func recordCode() { writer.recordCode() }

  /// Goes on with a run from its last checkpoint, or from step 0 if it has none.
  ///
  /// `budget` is the new one; without it the old one holds. Throws `StoreError` if the run is being written by somebody,
  /// `ConfigurationError` if it is of another kind or its budget cannot change; returns nil if it is finished and nothing more
  /// is asked for.
  public static func resume(_ id: String, budget: Int? = nil, threads: Int = 1, in store: Store) throws -> LearnerRun? {
    try resume(id, budget: budget, threads: threads, in: store, sourcesIn: store) { _ in }
  }

  /// As above, with a change to the plan that is not recorded.
  static func resume(
    _ id: String, budget: Int?, threads: Int = 1, in store: Store, sourcesIn sources: Store,
    adjusting adjust: (inout LoopPlan) -> Void
  ) throws -> LearnerRun? {
    BLAS.threads = Surroundings.currentBLASThreads
    let record = try store.load(id)
    try record.require(Configuration.kind, toBe: "resumed")
    if budget != nil, Configuration.budgetParameter == nil {
      throw ConfigurationError(
        "a \(Configuration.kind.rawValue) has no other budget than its own: start another one with more \(Configuration.unit)"
      )
    }
    let asked = budget ?? record.budget
    if record.status == .finished, budget == nil || asked <= record.lastStep { return nil }
    var configuration = try Configuration(of: record.description).located(in: sources)
    if Configuration.budgetParameter != nil { configuration.plan.budget = asked }
    let trial = record.description.trial
    var plan = configuration.loopPlan.ending(at: trial?.until)
    adjust(&plan)
    let (seed, last) = (record.description.seed, record.lastCheckpoint)
    let context = RunContext(sources: sources, threads: threads)
    let begun = try configuration.learner(
      seed: seed, of: id, at: last, after: record.rewinds, in: context, store: store)
    let loop = RunLoop(begun.learner, plan, rewinds: record.rewinds.count)
    if let checkpoint = begun.checkpoint {
      try loop.load(
        checkpoint, as: begun.restart,
        extending: record.status == .finished || asked > record.budget || record.goesBeyondLastCheckpoint)
    } else if let origin = trial?.origin {
      try loop.inherit(origin, from: sources)
    }
    let watch = try FindingWatch(configuration.debugger, parameters: configuration.hyperparameters)
    // Nothing is written before all that is recorded could be read.
    let writer = try store.resume(id, from: last, steps: asked)
    // The rules go on from where they were at the checkpoint, which is what the log now shows.
    let resumed = try store.load(id)
    try watch.takeUp(resumed)
    let run = LearnerRun(
      configuration, seed: seed, experiment: record.description.experiment, loop: loop, writer: writer, watch: watch,
      rewinds: record.rewinds, secondsUsed: resumed.secondsBeforeResumption, context: context, store: store)
    if let rewind = record.rewinds.last, rewind.checkpoint == last?.file { run.recordChanges(of: rewind) }
    return run
  }

  /// Runs to the end of the budget, or until `shouldStop` says so, and finishes the log accordingly.
  ///
  /// `onRemark` gets a sentence for everything done about findings, and for every command that failed.
  @discardableResult
  package func complete(
    shouldStop: () -> Bool = { false }, onProgress: (RunProgress) -> Void = { _ in },
    onRemark: (Remark) -> Void = { _ in }
  ) throws -> RunOutcome {
    try withoutActuallyEscaping(onRemark) { say in
      response.say = say
      defer { response.say = { _ in } }
      return try complete(shouldStop: shouldStop, onProgress: onProgress)
    }
  }

  private func complete(shouldStop: () -> Bool, onProgress: (RunProgress) -> Void) throws -> RunOutcome {
    do {
      let outcome = try loop.run(
        into: writer, signals: configuration.signals, judges: [response] + judges, secondsUsed: secondsUsed,
        rewinding: rewind,
        shouldStop: shouldStop, onProgress: onProgress)
      if case .stopped(let reason) = outcome, reason.isFinding { response.say(Remark(reason.message)) }
      try finish(as: outcome == .interrupted ? .interrupted : .finished, message: outcome.message)
      return outcome
    } catch {
      try? response.finish()
      // The first error is the one to tell; a log that cannot be finished stays readable up to its last frame.
      try? writer.finish(status: .failed, message: "\(error)")
      response.tell(.failed, in: store)
      throw error
    }
  }

  private func finish(as status: RunStatus, message: String?) throws {
    try response.finish()
    try writer.finish(status: status, message: message)
    response.tell(status, in: store)
  }

  public func run(
    shouldStop: () -> Bool, onProgress: (RunProgress) -> Void, onRemark: (Remark) -> Void
  ) throws {
    try complete(shouldStop: shouldStop, onProgress: onProgress, onRemark: onRemark)
  }
}

/// The rules of a run, and somebody else who sees its points.
private struct ObservedWatch: PointObserver {
  let watch: FindingWatch
  let observer: (Metric, Double, Int) -> Void

  func inspect(_ metric: Metric, _ value: Double, step: Int) -> [Finding] {
    observer(metric, value, step)
    return watch.inspect(metric, value, step: step)
  }

  func finish() -> [Finding] { watch.finish() }
}

extension RunOutcome {
  /// The reason to have stopped.
  public var message: String? { if case .stopped(let reason) = self { reason.message } else { nil } }
}
