import Formats
import Runs
import Settings
import Telemetry
import Tracker
import Tuning

/// Trials in which something learns: trainings, fits, and whatever else this program makes runs of.
struct LearnerTrials<Configuration: LearnerConfiguration>: TrialMaker {
  let template: TrialTemplate
  let progressMetric: Metric?
  let place: TrialPlace

  func claim(_ trial: TrialRecord, seed: UInt64) throws -> any ClaimedTrial {
    var description = try template.description(trial.values, surroundings: place.surroundings)
    let configuration = Result { try Configuration(of: description) }
    if case .success(let configuration) = configuration {
      description = configuration.description(
        seed: seed, experiment: place.experiment, name: "", tags: [:], surroundings: place.surroundings)
    }
    let writer = try place.start(description, trial, seed: seed)
    return ClaimedRun<Configuration>(id: writer.id, trial: trial, progressMetric: progressMetric) {
      do {
        return try .begin(
          configuration.get(), seed: seed, experiment: place.experiment, in: place.store, writer: writer, trial: trial)
      } catch {
        try? writer.finish(status: .failed, message: sentence(of: error))
        throw error
      }
    }
  }

  func takeOver(_ run: TrialRun) throws -> any ClaimedTrial {
    try place.noteDeath(of: run)
    let resumed = try LearnerRun<Configuration>.resume(run.id, in: place.store)
    return ClaimedRun(
      id: run.id, trial: run.trial, progressMetric: progressMetric, reports: run.reports
    ) { resumed }
  }
}

/// A run in which something learns.
private struct ClaimedRun<Configuration: LearnerConfiguration>: ClaimedTrial {
  let id: String
  let trial: TrialRecord
  let progressMetric: Metric?
  /// Those of before it was resumed.
  var reports: [Report] = []
  /// Makes ready what learns; nil where nothing is left to do.
  let begin: () throws -> LearnerRun<Configuration>?

  func perform(_ control: TrialControl) throws {
    do {
      guard let run = try begin() else { return }
      // The run keeps its judge.
      let judge = TrialJudge(run.id, trial, control, reports) { [unowned run] in try run.tag(TrialRun.prunedTag, $0) }
      run.judges = [judge]
      if let progressMetric {
        run.observe { metric, value, step in if metric == progressMetric { judge.reports.append(Report(step, value)) } }
      }
      try run.complete(shouldStop: control.shouldStop)
    } catch let error as StoreError {
      throw error
    } catch {
      // It is in the run's log.
    }
  }
}

/// Ends a trial that is not worth going on with, or may not.
private final class TrialJudge: Judge {
  private let run: String
  private let trial: TrialRecord
  private let control: TrialControl
  private let note: (String) throws -> Void
  private let start = MonotonicClock.seconds
  var reports: [Report]
  /// How many of them have been judged.
  private var judged: Int

  init(
    _ run: String, _ trial: TrialRecord, _ control: TrialControl, _ reports: [Report],
    note: @escaping (String) throws -> Void
  ) {
    (self.run, self.trial, self.control, self.note, self.reports) = (run, trial, control, note, reports)
    judged = 0
  }

  func judge(_ moment: Moment) throws -> Decision {
    // A rerun ends where the run did, so that nothing of this is part of the run's state.
    guard moment.phase == .saved, !moment.isLast else { return .goOn }
    if let limit = control.maximumSeconds, MonotonicClock.seconds - start > limit { throw TrialControl.tooLong(limit) }
    // A run with a fresh seed says how good settings are: cut short it would say something else, and pruned nothing.
    if trial.purpose == .confirmation { return .goOn }
    if control.isOutOfTime() {
      try note("time")
      return .stop(TrialControl.outOfTime)
    }
    guard reports.count > judged else { return .goOn }
    judged = reports.count
    guard try control.prunes(run, trial.number, reports) else { return .goOn }
    try note("\(moment.step)")
    return .stop(TrialControl.pruned)
  }
}
