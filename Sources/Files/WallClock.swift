import Glibc

/// The clock that events are dated with.
package enum WallClock {
  /// Unix time in microseconds.
  package static var now: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
  }
}
