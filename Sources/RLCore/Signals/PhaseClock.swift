import Glibc

/// Where an agent's time went since it was made, in seconds of a clock that only goes forward.
public struct PhaseTimes: Sendable, Hashable {
  /// Stepping the world.
  public var environment = 0.0
  /// Choosing actions while collecting.
  public var policy = 0.0
  /// Learning from what was collected.
  public var update = 0.0

  public init() {}
}

/// A stopwatch that is handed from phase to phase; reading it costs about 25 ns.
struct PhaseClock {
  enum Phase { case environment, policy, update }

  private var (environment, policy, update): (UInt64, UInt64, UInt64) = (0, 0, 0)
  private var last: UInt64 = 0

  /// Forgets the time since the last lap: it belongs to no phase.
  mutating func start() { last = Self.now }

  /// Puts the time since the last lap or start down to `phase`, as often as a step that is timed stands for.
  mutating func lap(_ phase: Phase, times count: UInt64 = 1) {
    let now = Self.now
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

  /// Nanoseconds.
  static var now: UInt64 { read(CLOCK_MONOTONIC) }
  /// Nanoseconds that this thread has run; about 200 ns to read.
  static var processor: UInt64 { read(CLOCK_THREAD_CPUTIME_ID) }

  private static func read(_ clock: clockid_t) -> UInt64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}
