import Files
import Formats
import Runs
import Settings
import Telemetry
import Tracker
import Tuning

/// Makes the trials of a search into runs.
protocol TrialMaker: Sendable {
  /// Starts the log of a run, which this process holds from then on; quick, as other workers wait for it.
  func claim(_ trial: TrialRecord, seed: UInt64) throws -> any ClaimedTrial
  /// Takes over a run that nobody works on.
  func takeOver(_ run: TrialRun) throws -> any ClaimedTrial
}

/// A run of a trial that this process holds.
protocol ClaimedTrial {
  var id: String { get }
  /// Does it, to its end or until `control` says so. What goes wrong in the trial ends in its log; throws what is wrong with the
  /// store.
  func perform(_ control: TrialControl) throws
}

/// What decides whether a trial goes on.
struct TrialControl {
  /// Whether this process is to end: the trial is interrupted, and resumed some time.
  var shouldStop: () -> Bool
  /// Whether the search's time is used up: the trial ends.
  var isOutOfTime: () -> Bool
  /// Whether the trial, with these scores so far, is to end.
  var prunes: (_ run: String, _ trial: Int, _ reports: [Report]) throws -> Bool
  /// Seconds that the run may take.
  var maximumSeconds: Double?

  static let outOfTime = StopReason("the search's time is used up")
  static let pruned = StopReason("pruned: other trials were better at this step")

  static func tooLong(_ seconds: Double) -> TrialError {
    TrialError("it took longer than the time limit of a trial, \(shortSeconds(seconds))")
  }

  private static func shortSeconds(_ seconds: Double) -> String {
    seconds == seconds.rounded() ? "\(Int(exactly: seconds) ?? .max) s" : "\(rounded((seconds * 10).rounded() / 10)) s"
  }
}

/// Where runs of trials lie, and what all of them say.
struct TrialPlace: Sendable {
  let store: Store
  let search: String
  let experiment: String
  let surroundings: Surroundings

  /// Starts the log of a run that is described but for these.
  func start(_ description: RunDescription, _ trial: TrialRecord, seed: UInt64) throws(StoreError) -> RunWriter {
    var description = description
    (description.experiment, description.seed, description.start) = (experiment, seed, WallClock.now)
    (description.parent, description.trial) = (search, trial)
    description.name = trial.purpose == .confirmation ? "trial \(trial.number), confirmation" : "trial \(trial.number)"
    return try store.start(description)
  }

  /// Marks a run whose worker died, so that a second death ends it.
  func noteDeath(of run: TrialRun) throws(StoreError) {
    guard run.status == .crashed else { return }
    try store.append(to: run.id).tag(TrialRun.deathsTag, "\(run.deaths + 1)")
  }
}
