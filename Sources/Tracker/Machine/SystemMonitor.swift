import Files
import Foundation
import Glibc
import Synchronization
import Telemetry

/// Reads the machine's counters every ten seconds while a run is written that asks for them: one thread, however many runs.
final class SystemMonitor: Sendable {
  /// The one of the process.
  static let shared = SystemMonitor()
  /// Samples that are kept for a run that records nothing for a while: 40 minutes of them.
  private static let capacity = 240

  private struct State {
    var users = 0
    /// Whether there is a thread that reads. It ends when it finds no users, not before.
    var isSampling = false
    var samples: [SystemSample] = []
    /// How many samples there were before the first that is kept.
    var dropped = 0
  }

  private let state = Mutex(State())
  private let interval: Double
  private let read: @Sendable () -> SystemReading
  private let now: @Sendable () -> Int64

  /// `interval`: seconds between two samples.
  init(
    interval: Double = 10, read: @escaping @Sendable () -> SystemReading = { SystemReading() },
    now: @escaping @Sendable () -> Int64 = { WallClock.now }
  ) {
    (self.interval, self.read, self.now) = (interval, read, now)
  }

  /// Of one run: which samples it has seen. The counters are read until the last of them is gone.
  final class Subscription {
    private let monitor: SystemMonitor
    private var seen: Int

    fileprivate init(_ monitor: SystemMonitor, seen: Int) { (self.monitor, self.seen) = (monitor, seen) }

    /// What has been sampled since the last call.
    func take() -> [SystemSample] {
      monitor.state.withLock { state in
        let all = state.dropped + state.samples.count
        defer { seen = all }
        return all == seen ? [] : Array(state.samples.suffix(all - max(seen, state.dropped)))
      }
    }

    deinit { monitor.state.withLock { $0.users -= 1 } }
  }

  func subscribe() -> Subscription {
    let (isFirst, seen) = state.withLock { state in
      defer { state.isSampling = true }
      state.users += 1
      return (!state.isSampling, state.dropped + state.samples.count)
    }
    if isFirst { Thread.detachNewThread { [self] in sample() } }
    return Subscription(self, seen: seen)
  }

  /// Until nobody wants samples any more.
  private func sample() {
    let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
    var last = read()
    while true {
      Thread.sleep(forTimeInterval: interval)
      let isWanted = state.withLock { state in
        state.isSampling = state.users > 0
        return state.isSampling
      }
      guard isWanted else { return }
      let reading = read()
      let sample = SystemSample(from: last, to: reading, wallTime: now(), ticksPerSecond: ticks)
      last = reading
      state.withLock { state in
        state.samples.append(sample)
        if state.samples.count > Self.capacity {
          state.samples.removeFirst()
          state.dropped += 1
        }
      }
    }
  }
}
