import Learning
import Settings
import Telemetry
import Tracker

/// Going back to the last healthy checkpoint, and on with a change.
extension LearnerRun {
  /// Goes back because of a finding; the log then hides what was recorded since the checkpoint, and tells of the rewind.
  func rewind(_ request: RewindRequest) throws -> RunLoop.Rewound {
    let finding = request.finding
    let before = try configuration.after(rewinds).hyperparameters
    let after = try request.changes.applied(to: before)
    let target = Self.target(
      for: finding, among: writer.milestones, interval: configuration.plan.saveSpacing, last: rewinds.last)
    // In an order that does not depend on whether the rules saw the points live or in a log.
    let others = response.watch.found.filter { $0 != finding && $0.step > target?.step ?? -1 }
      .sorted { ($0.step, $0.rule, $0.subject) < ($1.step, $1.rule, $1.subject) }
    let rewind = Rewind(
      number: rewinds.count + 1, finding: finding, others: others,
      changes: after.keys.sorted().filter { after[$0] != before[$0] }.map {
        Rewind.Change(name: $0, from: before[$0] ?? .none, to: after[$0] ?? .none)
      },
      movesSeed: request.changes.movesSeed)
    let record = try writer.rewind(to: target, steps: configuration.plan.budget, rewind)
    rewinds.append(record)
    let next = try configuration.learner(seed: seed, of: id, at: target, after: rewinds, in: context, store: store)
    // The rules go on from where they were at the checkpoint, so that they can find the same again.
    try response.watch.takeUp(try store.load(id))
    recordChanges(of: record)
    response.say(Remark(record.line))
    return next
  }

  /// The milestone to go back to; nil: start again from step 0.
  ///
  /// Rules look at several points before they are sure, so a checkpoint counts as healthy if it is at least one saving
  /// interval older than the finding. Where that is the one the last rewind went to, going there did not help, and it is
  /// the one before.
  static func target(
    for finding: Finding, among milestones: [CheckpointRecord], interval: Int, last: ResumeRecord?
  ) -> CheckpointRecord? {
    var healthy = milestones.filter { $0.step <= finding.step - interval }
    if let file = last?.checkpoint, healthy.last?.file == file { healthy.removeLast() }
    return healthy.last
  }

  /// What a rewind changed is a series from the checkpoint on.
  func recordChanges(of record: ResumeRecord) {
    for change in record.rewind?.changes ?? [] {
      switch change.to {
      case .number(let value): writer.record(hyperparameter: change.name, value, step: record.step)
      case .integer(let value): writer.record(hyperparameter: change.name, Double(value), step: record.step)
      case .flag, .text, .integers, .none: break
      }
    }
  }
}

extension LearnerConfiguration {
  /// The configuration with everything that these rewinds changed.
  func after(_ rewinds: [ResumeRecord]) throws -> Self {
    if rewinds.isEmpty { return self }
    return try changing(
      rewinds.reduce(into: hyperparameters) { values, resume in
        for change in resume.rewind?.changes ?? [] { values[change.name] = change.to }
      })
  }

  /// The learner of run `id` at a checkpoint, or at step 0 if nil, with everything that the rewinds changed.
  func learner(
    seed: UInt64, of id: String, at checkpoint: CheckpointRecord?, after rewinds: [ResumeRecord],
    in context: RunContext, store: Store
  ) throws -> (learner: Process, checkpoint: Checkpoint?, restart: Restart) {
    var context = context
    context.stream = rewinds.count { $0.rewind?.movesSeed == true }
    context.isFresh = checkpoint == nil
    let learner = try after(rewinds).makeLearner(seed: seed, in: context)
    guard let checkpoint else { return (learner, nil, .resume) }
    let content = try Checkpoint(safetensors: store.checkpointBytes(id, checkpoint))
    // Later checkpoints have the moved generators in them.
    let moves = rewinds.last.map { $0.checkpoint == checkpoint.file && $0.rewind?.movesSeed == true } ?? false
    return (learner, content, moves ? .rewind(stream: context.stream) : .resume)
  }

  /// Throws if a rewind would change a hyperparameter that does not exist, leave a range, or not fit a checkpoint.
  func checkRewinds(seed: UInt64) throws {
    for entry in actions.entries {
      guard let changes = entry.rewind else { continue }
      var changed = self
      do {
        for _ in 0..<min(actions.maximumRewinds, 100) {
          changed = try changed.changing(changes.applied(to: changed.hyperparameters))
        }
      } catch let error as HyperparameterError {
        throw HyperparameterError("--on \(entry.text) is not possible: \(error)")
      }
      if changed.hyperparameters == hyperparameters { continue }
      do {
        try requireCheckpoints(loadableBy: changed, seed: seed)
      } catch let error as CheckpointError {
        throw HyperparameterError(
          "--on \(entry.text) is not possible: the changed \(Self.learns) cannot load this run's checkpoints: \(error)")
      }
    }
  }
}

extension ResumeRecord {
  /// `rewind 1: ExplodingTensor at step 5120; from step 2560 on, learning_rate 0.1 → 0.05, seed of the samplers moved`.
  public var line: String {
    guard let rewind else { return "from step \(step)" }
    let changes = rewind.changes.map(\.description) + (rewind.movesSeed ? ["seed of the samplers moved"] : [])
    return "rewind \(rewind.number): \(rewind.finding.rule) at step \(rewind.finding.step); from step \(step) on, "
      + (changes.isEmpty ? "nothing changed" : changes.joined(separator: ", "))
  }
}
