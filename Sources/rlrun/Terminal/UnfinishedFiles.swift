import Foundation
import Synchronization

/// The files that are being written under a name that is not theirs yet: removed where a signal ends the program.
enum UnfinishedFiles {
  private typealias Slot = Atomic<UnsafeMutablePointer<CChar>?>
  private static let capacity = 16
  /// A signal's handler may read nothing else.
  nonisolated(unsafe) private static let slots = {
    let slots = UnsafeMutablePointer<Slot>.allocate(capacity: capacity)
    for place in 0..<capacity { (slots + place).initialize(to: Slot(nil)) }
    return slots
  }()

  /// Remembers a file; where there are more than a program writes at a time, not.
  static func add(_ path: String) {
    guard let name = strdup(path) else { return }
    for place in 0..<capacity
    where slots[place].compareExchange(expected: nil, desired: name, ordering: .acquiringAndReleasing).exchanged {
      watchSignals()
      return
    }
    free(name)
  }

  /// Forgets a file that has its name, or is gone.
  static func forget(_ path: String) {
    for place in 0..<capacity {
      guard let name = slots[place].load(ordering: .acquiring), strcmp(name, path) == 0 else { continue }
      slots[place].store(nil, ordering: .releasing)
      free(name)
    }
  }

  /// Removes them all.
  static func remove() {
    for place in 0..<capacity {
      if let name = slots[place].exchange(nil, ordering: .acquiringAndReleasing) { unlink(name) }
    }
  }

  /// What a handler needs is there before a signal comes.
  static func prepare() { _ = (slots, end) }

  /// Where a signal would end the program at once, it removes the files first. One that is handled otherwise stays so.
  private static func watchSignals() {
    // Whoever started this program may have blocked them, which a child inherits.
    var watched = sigset_t()
    sigemptyset(&watched)
    for number in [SIGINT, SIGTERM, SIGHUP, SIGPIPE] {
      var action = sigaction()
      sigaction(number, nil, &action)
      guard action.__sigaction_handler.sa_handler == nil else { continue }
      signal(number, end)
      sigaddset(&watched, number)
    }
    pthread_sigmask(SIG_UNBLOCK, &watched, nil)
  }

  /// A signal's handler that ends the program as the signal would have.
  static let end: @convention(c) (Int32) -> Void = { number in
    UnfinishedFiles.remove()
    signal(number, SIG_DFL)
    raise(number)
  }
}
