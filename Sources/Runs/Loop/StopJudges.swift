import Telemetry

extension LoopPlan {
  /// The judges that hold a run to the plan; `secondsUsed` of its time went before.
  func limits(secondsUsed: Double) -> [any Judge] {
    var limits: [any Judge] = []
    if let stopScore { limits.append(ScoreThreshold(threshold: stopScore, reason: StopReason(scoreReason))) }
    if let patience { limits.append(Patience(evaluations: patience)) }
    if let maximumSeconds { limits.append(TimeLimit(seconds: maximumSeconds, used: secondsUsed)) }
    return limits
  }
}

/// Stops a run once an evaluation on the way reaches a score.
struct ScoreThreshold: Judge {
  let threshold: Double
  let reason: StopReason

  func judge(_ moment: Moment) -> Decision {
    guard let score = moment.score, !moment.isLast else { return .goOn }
    return score.value == threshold || score.direction.prefers(score.value, to: threshold) ? .stop(reason) : .goOn
  }
}

/// Stops a run after so many evaluations on the way without a new best one.
struct Patience: Judge {
  let evaluations: Int
  static let reason = StopReason("the evaluations did not improve any more")

  func judge(_ moment: Moment) -> Decision {
    guard moment.score != nil, !moment.isLast, moment.evaluationsSinceBest >= evaluations else { return .goOn }
    return .stop(Self.reason)
  }
}

/// Stops a run after so many seconds, of which `used` are used up when it is made.
struct TimeLimit: Judge {
  /// Monotonic.
  private let end: Double

  init(seconds: Double, used: Double) { end = MonotonicClock.seconds + seconds - used }

  func judge(_ moment: Moment) -> Decision {
    guard moment.phase == .saved, MonotonicClock.seconds >= end else { return .goOn }
    return .stop(StopReason("stopped by its time limit"))
  }
}
