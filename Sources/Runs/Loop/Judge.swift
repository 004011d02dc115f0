import Telemetry

/// Decides, from how a run is doing, whether it goes on. Write one for a reason to stop that a ``LoopPlan`` does not have; the
/// loop asks all of its judges and follows the furthest-reaching decision.
///
/// ```swift
/// struct StopAtFull: Judge {
///   func judge(_ moment: Moment) -> Decision {
///     guard moment.phase == .evaluated, let score = moment.score, score.value >= 500 else { return .goOn }
///     return .stop(StopReason("stopped at a full score"))
///   }
/// }
/// ```
///
/// A judge keeps no state that a checkpoint would have to hold: what it depends on is in the moment or in the run's log.
public protocol Judge {
  func judge(_ moment: Moment) throws -> Decision
}

/// A point of the loop at which judges are asked, and how the run stands there.
///
/// ```swift
/// func isStale(_ moment: Moment) -> Bool { moment.evaluationsSinceBest > 10 && moment.step > moment.budget / 2 }
/// ```
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
