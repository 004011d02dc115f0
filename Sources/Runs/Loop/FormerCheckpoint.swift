import Learning

/// Checkpoints of the first form, which had no part for the loop: what it knows now stood among an agent's counters, or in
/// the text `stopped` of a fit.
extension Checkpoint {
  /// The same checkpoint as it would be saved today. Throws `CheckpointError` if it cannot be read.
  package func inPresentForm() throws -> Checkpoint {
    if texts["loop"] != nil { return self }
    var present = self
    var state = RunLoop.State()
    if texts["format"] == "rlrun-checkpoint-1" {
      let former: FormerCounters = try decode("trainer")
      (state.best, state.stale, state.ending) = (former.best, former.stale, former.ending?.reason)
      present.set("trainer", encoding: ["iterations": former.iterations, "steps": former.steps])
    } else if let reason = texts["stopped"] {
      state.ending = StopReason(reason, isFinding: true)
      present.texts["stopped"] = nil
    }
    present.set("loop", encoding: state)
    return present
  }

  /// The same without what follows from the rest of it and checkpoints did not hold when `earlier` was saved.
  package func withoutAdditions(since earlier: Checkpoint) -> Checkpoint {
    var former = self
    for name in ["conformal_scores"] where earlier.tensors[name] == nil { former.tensors[name] = nil }
    return former
  }
}

private struct FormerCounters: Decodable {
  var steps: Int
  var iterations: Int
  var best: Double?
  var stale: Int
  var ending: Ending?

  enum Ending: Decodable {
    case stopped(reason: String)
    case reachedReward
    case stoppedImproving

    var reason: StopReason {
      switch self {
      case .stopped(let reason): StopReason(reason, isFinding: true)
      case .reachedReward: StopReason("an evaluation reached the reward to stop at")
      case .stoppedImproving: Patience.reason
      }
    }
  }
}
