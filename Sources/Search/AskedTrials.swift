import Runs
import Settings
import Tracker
import Tuning

/// Trials that others make: each is open from when it was asked for until its score is told.
struct AskedTrials: TrialMaker {
  let configuration: SearchConfiguration
  let place: TrialPlace

  func claim(_ trial: TrialRecord, seed: UInt64) throws -> any ClaimedTrial {
    let writer = try place.start(
      RunDescription(
        kind: .program, experiment: place.experiment, subject: configuration.subject.name,
        target: configuration.metric.name, seed: seed, hyperparameters: trial.values, surroundings: place.surroundings,
        start: 0, inParts: true),
      trial, seed: seed)
    return OpenTrial(id: writer.id)
  }

  /// An open run is nobody's to take.
  func takeOver(_ run: TrialRun) throws -> any ClaimedTrial { OpenTrial(id: run.id) }
}

private struct OpenTrial: ClaimedTrial {
  let id: String
  func perform(_ control: TrialControl) {}
}
