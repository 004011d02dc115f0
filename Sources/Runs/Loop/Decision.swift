import Telemetry

/// What happens next in a run: what a ``Judge`` returns. The later cases include the earlier.
///
/// ```swift
/// let decision = Decision.save.joined(with: .stop(StopReason("enough")))
/// print(decision == .stop(StopReason("enough")))  // true
/// ```
public enum Decision: Sendable, Hashable {
  case goOn
  /// Save a checkpoint.
  case save
  /// End as if the budget were used up.
  case stop(StopReason)
  /// Go back to an earlier checkpoint, at once: nothing is saved or evaluated.
  case rewind(RewindRequest)

  private var rank: Int {
    switch self {
    case .goOn: 0
    case .save: 1
    case .stop: 2
    case .rewind: 3
    }
  }

  /// The further-reaching of two; the first if they reach equally far.
  public func joined(with other: Decision) -> Decision { other.rank > rank ? other : self }

  /// Whether nothing follows it.
  package var ends: Bool { rank >= 2 }
}

/// The reason why a run ended before its budget was used up.
///
/// ```swift
/// let reason = StopReason("stopped by its time limit")
/// print(RunOutcome.stopped(reason).message ?? "")  // stopped by its time limit
/// ```
public struct StopReason: Sendable, Hashable, Codable {
  /// As the run's record tells it: `stopped by its time limit`.
  public var message: String
  /// Whether a finding was the reason.
  public var isFinding: Bool

  public init(_ message: String, isFinding: Bool = false) { (self.message, self.isFinding) = (message, isFinding) }
}

/// A rewind that was asked for: the finding it answers, and the changes.
public struct RewindRequest: Sendable, Hashable {
  public var finding: Finding
  public var changes: [RewindChange]
}

/// How a run ended: what `train`, `fit` and `RunLoop.run` return.
///
/// ```swift
/// func report(_ outcome: RunOutcome) {
///   switch outcome {
///   case .finished: print("done")
///   case .stopped(let reason): print(reason.message)
///   case .interrupted: print("interrupted; resume it later")
///   }
/// }
/// report(.finished)  // done
/// ```
public enum RunOutcome: Sendable, Hashable {
  /// The budget was used up, or there was nothing left to learn.
  case finished
  case stopped(StopReason)
  case interrupted
}
