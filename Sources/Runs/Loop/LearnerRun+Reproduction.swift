import Settings
import Tracker

extension LearnerRun {
  /// Runs `id` again in a temporary store, with some hyperparameters changed if `changes` has any, and compares.
  ///
  /// A run that was extended is rerun stretch by stretch; one that did not finish, up to its last recorded step.
  /// Returns nil if `shouldStop` cut it short.
  public static func reproduce(
    _ id: String, changes: [String: HyperparameterValue] = [:], in store: Store,
    shouldStop: () -> Bool = { false }, onProgress: (_ step: Int, _ budget: Int) -> Void = { _, _ in }
  ) throws -> RunDifference? {
    try Reproduction.run(id, in: store) { record, copy in
      try record.require(Configuration.kind, toBe: "reproduced")
      return try rerun(record, changes, in: copy, sourcesIn: store, shouldStop: shouldStop, onProgress: onProgress)
    }
  }

  private static func rerun(
    _ record: RunRecord, _ changes: [String: HyperparameterValue], in copy: Store, sourcesIn store: Store,
    shouldStop: () -> Bool, onProgress: (_ step: Int, _ budget: Int) -> Void
  ) throws -> String? {
    var description = record.description
    description.hyperparameters.merge(changes) { $1 }
    var rerun: String?
    for stretch in stretches(of: record) {
      func adjust(_ plan: inout LoopPlan) {
        plan.stopStep = stretch.end
        plan.rewindsBeforeStop = stretch.rewinds
        plan.maximumSeconds = nil
        plan.scoresAtEnd = stretch.isFinal
      }
      let run: LearnerRun?
      if let rerun {
        run = try resume(rerun, budget: stretch.budget, in: copy, sourcesIn: store, adjusting: adjust)
      } else {
        var configuration = try Configuration(of: description)
        // Whoever is to be told of the findings has been told.
        configuration.actions.removeCommands()
        if Configuration.budgetParameter != nil { configuration.plan.budget = stretch.budget }
        var plan = configuration.loopPlan
        adjust(&plan)
        run = try start(
          configuration, plan, seed: description.seed, experiment: "reproduction", in: copy, sourcesIn: store,
          trial: description.trial)
      }
      guard let run else { continue }
      rerun = run.id
      do {
        let outcome = try run.complete(shouldStop: shouldStop, onProgress: { onProgress($0.step, $0.budget) })
        if outcome == .interrupted { return nil }
      } catch {
        // As the run itself did.
        if record.status == .failed, run.loop.learner.finding(for: error) != nil { continue }
        throw error
      }
    }
    return rerun
  }

  private struct Stretch {
    var budget: Int
    /// Where it ends, if that is not the end of the budget.
    var end: Int?
    /// Rewinds before that end; the rerun finds what they were for by itself.
    var rewinds: Int
    /// Whether the evaluation of the last parameters belongs to it.
    var isFinal: Bool
  }

  /// The budgets of a run one after the other, each up to the checkpoint from which the next went on.
  private static func stretches(of record: RunRecord) -> [Stretch] {
    var earlier: [(budget: Int, end: Int, rewinds: Int)] = []
    var budget = record.description.budget
    var rewinds = 0
    for resume in record.resumes {
      if resume.rewind != nil {
        rewinds += 1
        continue
      }
      // What led to a rewind has to be run through, though it is hidden now.
      while let last = earlier.last, last.rewinds == rewinds, last.end >= resume.step {
        budget = earlier.removeLast().budget
      }
      if resume.steps != budget || resume.isExtension, resume.step > 0 || rewinds > 0 {
        earlier.append((budget, resume.step, rewinds))
      }
      budget = resume.steps
    }
    let isFinished = record.status == .finished
    let last = Stretch(
      budget: budget, end: record.lastStep >= budget ? nil : record.lastStep, rewinds: rewinds,
      isFinal: isFinished)
    return earlier.map { Stretch(budget: $0.budget, end: $0.end, rewinds: $0.rewinds, isFinal: false) } + [last]
  }
}
