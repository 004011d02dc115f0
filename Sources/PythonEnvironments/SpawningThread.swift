import Foundation
import Synchronization

/// The thread that starts workers. Linux ends a worker when the thread that started it ends, so this one never does.
final class SpawningThread: Sendable {
  static let shared = SpawningThread()

  private let jobs = Mutex<[@Sendable () -> Void]>([])
  private let waiting = DispatchSemaphore(value: 0)

  private init() {
    Thread.detachNewThread { [self] in
      while true {
        waiting.wait()
        jobs.withLock { $0.removeFirst() }()
      }
    }
  }

  func run<Result: Sendable>(_ body: @escaping @Sendable () -> Result) -> Result {
    let (result, done) = (Box<Result>(), DispatchSemaphore(value: 0))
    jobs.withLock {
      $0.append {
        result.value.withLock { $0 = body() }
        done.signal()
      }
    }
    waiting.signal()
    done.wait()
    return result.value.withLock { $0! }
  }

  private final class Box<Value: Sendable>: Sendable {
    let value = Mutex<Value?>(nil)
  }
}
