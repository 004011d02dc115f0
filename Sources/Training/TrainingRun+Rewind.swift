import Environments
import Learning
import RLCore
import Randomness
import Runs
import Settings
import Telemetry
import Tracker

/// Going back to the last healthy checkpoint, and on with a change.
extension TrainingRun {
  /// Goes back because of `finding`; the log then hides what was recorded since the checkpoint, and tells of the rewind.
  func rewind(because finding: Finding, _ changes: [RewindChange], onRemark: (Remark) -> Void) throws {
    let before = try configuration.hyperparameters(after: rewinds)
    let after = try changes.applied(to: before)
    let target = Self.target(
      for: finding, among: writer.milestones, interval: configuration.plan.saveSpacing, last: rewinds.last)
    // In an order that does not depend on whether the rules saw the points live or in a log.
    let others = watch.found.filter { $0 != finding && $0.step > target?.step ?? -1 }
      .sorted { ($0.step, $0.rule, $0.subject) < ($1.step, $1.rule, $1.subject) }
    let rewind = Rewind(
      number: rewinds.count + 1, finding: finding, others: others,
      changes: after.keys.sorted().filter { after[$0] != before[$0] }.map {
        Rewind.Change(name: $0, from: before[$0] ?? .none, to: after[$0] ?? .none)
      },
      movesSeed: changes.movesSeed)
    let record = try writer.rewind(to: target, steps: configuration.plan.budget, rewind)
    rewinds.append(record)
    trainer = try Self.makeTrainer(
      configuration, seed: seed, threads: threads, of: id, at: target, after: rewinds, extending: true, in: stores)
    // The rules go on from where they were at the checkpoint, so that they can find the same again.
    try watch.takeUp(try stores.own.load(id))
    recordChanges(of: record)
    onRemark(Remark(record.line))
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

  /// A trainer at a checkpoint of a run, or at step 0, with all that the rewinds have changed; `extending`: beyond the end
  /// that the checkpoint may tell of.
  static func makeTrainer(
    _ configuration: TrainingConfiguration, seed: UInt64, threads: Int, of id: String, at checkpoint: CheckpointRecord?,
    after rewinds: [ResumeRecord], extending: Bool, in stores: Stores
  ) throws -> Trainer {
    var changed = configuration
    changed.hyperparameters = try configuration.hyperparameters(after: rewinds)
    let moves = rewinds.count { $0.rewind?.movesSeed == true }
    let agentSeed = moves == 0 ? seed : SeedSequence(seed).child(named: "rewind").child(UInt32(moves)).longWords(1)[0]
    let trainer = try makeTrainer(changed, seed: seed, agentSeed: agentSeed, threads: threads)
    if let checkpoint {
      var content = try Checkpoint(safetensors: stores.own.checkpointBytes(id, checkpoint))
      // Later checkpoints have the moved generators in them.
      if let last = rewinds.last, last.checkpoint == checkpoint.file, last.rewind?.movesSeed == true {
        content.moveGenerators(UInt64(moves))
      }
      try trainer.restore(content, extending: extending)
    } else if let source = configuration.source {
      try trainer.agent.loadPolicy(from: source.load(from: stores.source))
    }
    return trainer
  }

  /// Throws where a rewind would change what the agent does not have, leave a range, or not fit a checkpoint.
  static func checkRewinds(_ configuration: TrainingConfiguration, seed: UInt64) throws {
    guard configuration.actions.canRewind, let type = Agents.named(configuration.agent) else { return }
    let world = try Worlds.specification(configuration.environment)
    func saved(_ values: [String: HyperparameterValue], restoring checkpoint: Checkpoint? = nil) throws -> Checkpoint {
      let agent = try Agents.make(type, hyperparameters: values, for: world, copies: configuration.copies, seed: seed)
      if let checkpoint { try agent.load(from: checkpoint) }
      var content = Checkpoint()
      agent.save(into: &content)
      return content
    }
    for entry in configuration.actions.entries {
      guard let changes = entry.rewind else { continue }
      var values = configuration.hyperparameters
      do throws(HyperparameterError) {
        for _ in 0..<min(configuration.actions.maximumRewinds, 100) {
          values = try Agents.resolve(type, changes.applied(to: values), for: world)
        }
      } catch {
        throw HyperparameterError("--on \(entry.text) cannot be: \(error)")
      }
      if values == configuration.hyperparameters { continue }
      do {
        _ = try saved(values, restoring: saved(configuration.hyperparameters))
      } catch let error as CheckpointError {
        throw HyperparameterError(
          "--on \(entry.text) is not possible: the changed agent cannot load this run's checkpoints: \(error)")
      }
    }
  }
}

extension TrainingConfiguration {
  /// The hyperparameters with what these rewinds have changed, of the types that the agent has them in.
  func hyperparameters(after rewinds: [ResumeRecord]) throws -> [String: HyperparameterValue] {
    guard let type = Agents.named(agent), !rewinds.isEmpty else { return hyperparameters }
    let changed = rewinds.reduce(into: hyperparameters) { values, resume in
      for change in resume.rewind?.changes ?? [] { values[change.name] = change.to }
    }
    return try Agents.resolve(type, changed, for: try Worlds.specification(environment))
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

extension Checkpoint {
  /// Gives every generator in it the independent stream number `index` of its own.
  fileprivate mutating func moveGenerators(_ index: UInt64) {
    for name in texts.keys.sorted() {
      guard let generator = try? decode(name, as: CounterGenerator.self) else { continue }
      set(name, encoding: generator.split(index))
    }
  }
}
