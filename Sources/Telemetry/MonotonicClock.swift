import Glibc

/// The clock that durations are measured with: it is never set back. Unix time is `WallClock`'s.
package enum MonotonicClock {
  /// Nanoseconds.
  package static var now: UInt64 { read(CLOCK_MONOTONIC) }
  /// Nanoseconds that this thread has run; about 200 ns to read.
  package static var processor: UInt64 { read(CLOCK_THREAD_CPUTIME_ID) }
  /// Monotonic seconds.
  package static var seconds: Double { Double(now) / 1e9 }

  private static func read(_ clock: clockid_t) -> UInt64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}
