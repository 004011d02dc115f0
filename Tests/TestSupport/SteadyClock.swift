import Files
import Foundation

/// A clock that goes on by 1 ms a question.
package func steadyClock() -> @Sendable () -> Int64 {
  let counter = Counter()
  return { 1_700_000_000_000_000 + counter.next() * 1_000 }
}

package final class Counter: @unchecked Sendable {
  private let lock = NSLock()
  private var value: Int64 = 0

  package init() {}

  package func next() -> Int64 {
    lock.withLock {
      value += 1
      return value
    }
  }
}

/// Says to other threads that something is over.
package final class Flag: @unchecked Sendable {
  private let lock = NSLock()
  private var value = false

  package init() {}

  package var isRaised: Bool { lock.withLock { value } }
  package func raise() { lock.withLock { value = true } }
}

package func quietSystem() -> SystemCalls {
  var system = SystemCalls()
  system.now = steadyClock()
  return system
}
