import Foundation
import Synchronization

/// Ctrl-C and SIGTERM ask long work to stop cleanly; a second Ctrl-C ends the program at once.
enum Interruption {
  private static let isRequested = Atomic<Bool>(false)

  static func install() {
    // Whoever started this program may have blocked the signals, which a child inherits.
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGINT)
    sigaddset(&signals, SIGTERM)
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    UnfinishedFiles.prepare()
    for number in [SIGINT, SIGTERM] {
      signal(number) { number in
        Interruption.isRequested.store(true, ordering: .relaxed)
        signal(number, UnfinishedFiles.end)
      }
    }
  }

  static var hasBeenRequested: Bool { isRequested.load(ordering: .relaxed) }

  /// The exit status of a program that was interrupted.
  static let status: Int32 = 130
}
