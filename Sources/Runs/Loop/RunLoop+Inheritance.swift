import Learning
import Tracker

// Runs that go on from another run's checkpoint, as those of a population do.
extension RunLoop {
  /// Begins from a checkpoint that `store` has.
  func inherit(_ origin: TrialRecord.Origin, from store: Store) throws {
    let record = try store.load(origin.run)
    guard let found = record.keptCheckpoints.last(where: { $0.file == origin.checkpoint }) else {
      throw ConfigurationError(
        "run \(origin.run) has no checkpoint \(origin.checkpoint) any more, from which this run goes on")
    }
    let checkpoint = try Checkpoint(safetensors: store.checkpointBytes(origin.run, found))
    try inherit(checkpoint, as: origin.stream == 0 ? .resume : .rewind(stream: origin.stream))
  }
}

extension LoopPlan {
  /// The same, up to a step before the budget is used up; itself where that is nil.
  func ending(at step: Int?) -> LoopPlan {
    guard let step, step < budget else { return self }
    var plan = self
    plan.stopStep = step
    return plan
  }
}
