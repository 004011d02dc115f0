import Telemetry

/// A stopwatch that is handed from phase to phase; reading it costs about 25 ns.
struct PhaseClock {
  enum Phase { case environment, policy, update }

  private var (environment, policy, update): (UInt64, UInt64, UInt64) = (0, 0, 0)
  private var last: UInt64 = 0

  /// Forgets the time since the last lap: it belongs to no phase.
  mutating func start() { last = MonotonicClock.now }

  /// Puts the time since the last lap or start down to `phase`, as often as a step that is timed stands for.
  mutating func lap(_ phase: Phase, times count: UInt64 = 1) {
    let now = MonotonicClock.now
    switch phase {
    case .environment: environment += count * (now - last)
    case .policy: policy += count * (now - last)
    case .update: update += count * (now - last)
    }
    last = now
  }

  var times: PhaseTimes {
    var times = PhaseTimes()
    times.environment = Double(environment) / 1e9
    times.policy = Double(policy) / 1e9
    times.update = Double(update) / 1e9
    return times
  }
}
