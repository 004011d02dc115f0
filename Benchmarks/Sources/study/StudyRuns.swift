import Tracker
import Training

/// The runs of a study, of each configuration and seed one.
struct StudyRuns {
  var store: Store
  var experiment: String
  /// Whether runs that are there already do not count, as after a change of an agent.
  var beginsAnew = false
  /// Whether nothing is trained that is not there.
  var onlyTakes = false

  /// The finished run of this seed: the one that there is, resumed where it was killed, or a new one. nil where somebody is
  /// training it, or it is only to be taken and not finished.
  func finished(_ configuration: TrainingConfiguration, seed: UInt64) throws -> RunRecord? {
    let known =
      beginsAnew
      ? []
      : try store.runs().filter {
        $0.description.experiment == experiment && $0.description.seed == seed
          && $0.description.configurationHash == configuration.hash
      }
    if let finished = known.last(where: { $0.status == .finished }) { return finished }
    if onlyTakes || known.contains(where: { $0.status == .running }) { return nil }
    if let cut = known.last, let run = try TrainingRun.resume(cut.id, in: store) {
      try run.train()
      return try store.load(run.id)
    }
    let run = try TrainingRun.start(configuration, seed: seed, experiment: experiment, in: store)
    try run.train()
    return try store.load(run.id)
  }
}

extension RunRecord {
  /// The mean of the episodes after the training. Throws where there were none.
  var finalReward: Double {
    get throws {
      guard let reward = last("final/mean_reward") else { throw StudyError("run \(id) has no score") }
      return reward
    }
  }
}
