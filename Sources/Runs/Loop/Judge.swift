import Telemetry

/// Decides, from how a run is doing, whether it goes on. The loop asks all of its judges and follows the furthest-reaching
/// decision.
///
/// A judge keeps no state that a checkpoint would have to hold: what it depends on is in the moment or in the run's log.
public protocol Judge {
  func judge(_ moment: Moment) throws -> Decision
}

/// A point of the loop at which judges are asked.
public struct Moment: Sendable {
  public enum Phase: Sendable, Hashable {
    /// An advance has been recorded.
    case advanced
    /// The evaluation that followed has been recorded, too.
    case evaluated
    /// The checkpoint, if one was due, has been saved. A stop here is not part of the run's state: a rerun need not come to it.
    case saved
    /// The run is over and its final evaluation recorded; only warnings, commands and a reason to have stopped count here.
    case finished
    /// An error has ended the run; nothing but a rewind helps.
    case failed(Finding)
  }

  public var phase: Phase
  public var step: Int
  /// Steps at most.
  public var budget: Int
  /// Whether nothing follows anyway.
  public var isLast: Bool
  /// Of the evaluation at this step, in the phase `evaluated`.
  public var score: Score?
  /// Evaluations since the best one.
  public var evaluationsSinceBest: Int
  /// Times the run went back to a checkpoint.
  public var rewinds: Int
}
