import DataVersions
import Files
import Formats
import Foundation
import Runs
import Telemetry
import Tracker

/// Does the steps of a workflow that have to be done, or says which these are.
///
///     let run = try WorkflowRun(of: workflow, in: store)
///     for (step, state) in try run.plan() { print(step.name, state) }
///     let outcome = try run.run { print($0) }
///
/// A step that is done is a run of the store, a part of the workflow's own run. Where nothing has to be done there is none.
package final class WorkflowRun {
  /// Which steps are done although nothing has changed, and which are left alone.
  package struct Choice: Sendable, Hashable {
    /// Steps that are done in any case.
    package var forced: Set<String> = []
    /// The only step that is done; nil for all.
    package var only: String?

    package init(forced: Set<String> = [], only: String? = nil) { (self.forced, self.only) = (forced, only) }
  }

  package enum Outcome: Sendable, Hashable {
    /// The steps that were done.
    case finished([String])
    case interrupted(at: String)
  }

  package let workflow: Workflow
  private let store: Store
  private let choice: Choice
  private let program: String
  private let jobs: Int

  /// Throws where the workflow names data sets that the store does not have.
  package init(
    of workflow: Workflow, in store: Store, choice: Choice = Choice(), jobs: Int = 1,
    program: String = programVersion
  ) throws {
    (self.workflow, self.store, self.choice, self.jobs, self.program) = (workflow, store, choice, jobs, program)
    let repository = DataRepository(store: store.path)
    for input in workflow.steps.flatMap(\.action.inputs) {
      guard case .version(let reference) = input.place else { continue }
      do {
        _ = try repository.version(reference)
      } catch {
        throw ConfigurationError("\(workflow.source), line \(input.line): \(error.description)")
      }
    }
  }

  /// What would be done and why, a line a step. Nothing is written.
  package func plan() throws -> [(step: WorkflowStep, state: StepState)] {
    let context = context(shouldStop: { false }, report: { _ in })
    let history = try StepHistory(of: workflow, in: store)
    return try workflow.steps.map { step in
      let found = try state(of: step, history, context)
      if case .current = found.state { context.outputs[step.name] = found.outputs }
      return (step, found.state)
    }
  }

  /// Does them. `report` is told what happens; it may be called from several threads.
  ///
  /// Throws what a step throws; the steps after it are not begun.
  package func run(
    shouldStop: @escaping @Sendable () -> Bool = { false },
    report: @escaping @Sendable (WorkflowEvent) -> Void = { _ in }
  ) throws -> Outcome {
    let context = context(shouldStop: shouldStop, report: report)
    let history = try StepHistory(of: workflow, in: store)
    var done: [String] = []
    do {
      for step in workflow.steps {
        if shouldStop() { return try end(context, done, .interrupted(at: step.name)) }
        let found = try state(of: step, history, context)
        switch found.state {
        case .current(let outputs):
          context.outputs[step.name] = found.outputs
          if choice.only == nil || choice.only == step.name { report(.upToDate(step: step.name, outputs)) }
        case .due(let reasons):
          if let only = choice.only, only != step.name {
            try requireNotNeeded(step, by: only)
            continue
          }
          try begin(context)
          let start = MonotonicClock.seconds
          report(.begins(step: step, because: reasons, runs: found.units.count))
          guard let outputs = try perform(step, found.units, context) else {
            return try end(context, done, .interrupted(at: step.name))
          }
          context.outputs[step.name] = found.outputs.merging(outputs) { $1 }
          done.append(step.name)
          report(
            .ends(step: step, outputs.sorted { $0.key < $1.key }.map(\.value), seconds: MonotonicClock.seconds - start))
        case .waiting:
          // Only behind a step that --only leaves alone.
          try requireNotNeeded(step, by: choice.only ?? step.name)
        }
      }
    } catch {
      record(done, context)
      try? context.parent?.finish(status: .failed, message: sentence(of: error))
      throw error
    }
    return try end(context, done, .finished(done))
  }

  private func perform(
    _ step: WorkflowStep, _ units: [StepUnit], _ context: StepContext
  ) throws(StepFailure) -> [UInt64: StepOutput]? {
    do { return try step.action.run(units, in: context) } catch { throw StepFailure(step: step.name, cause: error) }
  }

  private func context(
    shouldStop: @escaping @Sendable () -> Bool, report: @escaping @Sendable (WorkflowEvent) -> Void
  ) -> StepContext {
    StepContext(
      workflow, in: store, program: program, jobs: jobs, surroundings: .current(), shouldStop: shouldStop,
      report: report)
  }

  private func requireNotNeeded(_ step: WorkflowStep, by only: String) throws(ConfigurationError) {
    var needed: Set<String> = [only]
    for step in workflow.steps.reversed() where needed.contains(step.name) { needed.formUnion(step.needs) }
    if needed.contains(step.name) {
      throw ConfigurationError(
        "--only \(only): it needs the step '\(step.name)', which has to be done before; leave --only out")
    }
  }

  // MARK: The workflow's own run

  private func begin(_ context: StepContext) throws {
    if context.parent != nil { return }
    let name = workflow.source.split(separator: "/").last.map(String.init) ?? workflow.source
    let run = try store.start(
      RunDescription(
        kind: .workflow, experiment: workflow.name, name: workflow.name, subject: "workflow", target: name, seed: 0,
        budget: workflow.steps.count, hyperparameters: [:], surroundings: context.surroundings, start: WallClock.now))
    context.parent = run
    ProcessJob.noteInCurrent(run: run.id)
    run.recordCode()
    try run.saveArtifact(Array(workflow.yaml.utf8), name: name, mediaType: "application/yaml")
  }

  private func record(_ done: [String], _ context: StepContext) {
    context.parent?.record("workflow/steps", Double(done.count), step: context.outputs.count)
  }

  private func end(_ context: StepContext, _ done: [String], _ outcome: Outcome) throws -> Outcome {
    record(done, context)
    switch outcome {
    case .finished: try context.parent?.finish(status: .finished)
    case .interrupted(let step):
      try context.parent?.finish(status: .interrupted, message: "interrupted at the step '\(step)'")
    }
    return outcome
  }

  // MARK: What has to be done

  /// What is known of a step: its runs that are to be done, and what those made that are up to date.
  private func state(
    of step: WorkflowStep, _ history: StepHistory, _ context: StepContext
  ) throws -> (state: StepState, units: [StepUnit], outputs: [UInt64: StepOutput]) {
    var (reasons, waiting): ([StepReason], Set<String>) = ([], [])
    var (units, outputs): ([StepUnit], [UInt64: StepOutput]) = ([], [:])
    context.forgetFiles()
    for seed in step.action.seeds(in: workflow) {
      let digests = try step.action.digests(seed: seed, in: context)
      var (inputs, pending): ([String: String], [String: String]) = ([:], [:])
      for (name, digest) in digests {
        switch digest {
        case .known(let sha256): inputs[name] = sha256
        case .pending(let maker): pending[name] = maker
        case .unknowable: inputs[name] = "not known"
        }
      }
      let record = StepRecord(
        workflow: workflow.name, step: step.name, action: step.verb, settings: step.action.settings, inputs: inputs,
        names: context.names(of: step.action, seed: seed), program: program)
      var unit = StepUnit(seed: seed, record: record)
      let found = try reason(
        for: &unit, step, history, context, pending: Set(pending.keys),
        unknowable: digests.first { $0.value == .unknowable }?.key)
      switch found {
      case .current(let output):
        outputs[seed] = output[0]
        continue
      case .due(let found):
        for reason in found where !reasons.contains(where: { $0.isLike(reason) }) { reasons.append(reason) }
      case .waiting: waiting.formUnion(pending.values)
      }
      units.append(unit)
    }
    if reasons.isEmpty, !waiting.isEmpty {
      return (.waiting(for: workflow.steps.map(\.name).filter(waiting.contains)), units, outputs)
    }
    if !units.isEmpty { return (.due(reasons), units, outputs) }
    return (.current(outputs.sorted { $0.key < $1.key }.map(\.value)), [], outputs)
  }

  private func reason(
    for unit: inout StepUnit, _ step: WorkflowStep, _ history: StepHistory, _ context: StepContext,
    pending: Set<String>, unknowable: String?
  ) throws -> StepState {
    if choice.forced.contains(step.name) { return .due([.forced]) }
    let before = history.last(of: step.name, seed: unit.seed)
    if !pending.isEmpty {
      guard let before else { return .due([never(step, unit.seed, history)]) }
      let changes = unit.record.changes(from: before, pending: pending)
      return changes.isEmpty ? .waiting(for: []) : .due(changes)
    }
    if let unknowable { return .due([before == nil ? never(step, unit.seed, history) : .unknowable(unknowable)]) }
    let same = history.runs(doing: unit.record, seed: unit.seed)
    let finished = same.filter { $0.status == .finished }
    for run in finished {
      if let output = try step.action.output(of: run, in: context) { return .current([output]) }
    }
    if let run = finished.first { return .due([.gone(run.product ?? "what run \(run.id) made")]) }
    if let run = same.first {
      if run.status == .interrupted || run.status == .crashed { unit.unfinished = run.id }
      return .due([.unfinished(run: run.id, run.status)])
    }
    guard let before else { return .due([never(step, unit.seed, history)]) }
    return .due(unit.record.changes(from: before))
  }

  private func never(_ step: WorkflowStep, _ seed: UInt64, _ history: StepHistory) -> StepReason {
    history.last(of: step.name, seed: nil) == nil ? .neverRun : .newSeed(seed)
  }
}

extension RunRecord {
  /// What it says that it made.
  fileprivate var product: String? {
    for name in [StepOutput.versionName, StepOutput.fileName] {
      if case .text(let text)? = laterParameters[name] { return text }
    }
    return nil
  }
}
