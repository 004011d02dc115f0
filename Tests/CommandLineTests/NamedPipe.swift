import Foundation
import Testing

/// A named pipe by which a program says that it has come so far, and is let go on.
final class NamedPipe {
  let path: String
  private let descriptor: Int32

  init(_ path: String) throws {
    self.path = path
    try #require(mkfifo(path, 0o600) == 0)
    descriptor = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC)
    try #require(descriptor >= 0)
  }

  deinit { close(descriptor) }

  /// Returns once a line was written to it; false where none comes for two minutes.
  func waitForLine() -> Bool {
    var look = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard poll(&look, 1, 120_000) == 1 else { return false }
    var byte: UInt8 = 0
    while read(descriptor, &byte, 1) == 1 { if byte == UInt8(ascii: "\n") { return true } }
    return false
  }

  /// Writes a line for whoever reads.
  func writeLine() { _ = write(descriptor, "\n", 1) }
}
