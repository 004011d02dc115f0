import Foundation
import Synchronization
import Telemetry

/// Standard output: everything that rlrun prints goes through here, so that no failed write goes unnoticed.
///
/// Gathered and written in large pieces; on a terminal at once.
enum StandardOutput {
  private struct State {
    var gathered: [UInt8] = []
    var filter = TerminalFilter()
  }
  private static let state = Mutex(State())
  private static let capacity = 1 << 16

  /// Bytes as they are: a picture with colours, or moves of the cursor.
  static func write(_ bytes: some Sequence<UInt8>) throws(OutputError) {
    let isFull = state.withLock { state in
      state.gathered += bytes
      return state.gathered.count >= capacity
    }
    if isFull || isTerminal { try flush() }
  }

  /// Data: as they are into a file or a pipe, with control characters escaped on a terminal.
  static func write(data bytes: [UInt8]) throws(OutputError) {
    guard isTerminal else { return try write(bytes) }
    try write(state.withLock { $0.filter.filter(bytes) })
  }

  /// Hands over what has been gathered.
  static func flush() throws(OutputError) {
    let bytes = state.withLock { state in
      defer { state.gathered = [] }
      return state.gathered
    }
    do throws(OutputError) {
      try writeAll(bytes, to: STDOUT_FILENO, called: "standard output")
    } catch {
      // Whoever read has gone, as `head` does: the end that every program has then, which shells do not mention.
      if error.code == EPIPE { endByBrokenPipe() }
      throw error
    }
  }

  /// Prints text with escapes of our own, for colours; its words are `printable`.
  ///
  /// Where it cannot be written the program ends, with a sentence and status 1.
  static func show(_ text: String) {
    do {
      try write(text.utf8)
    } catch {
      end(with: error)
    }
  }

  /// Hands over what is left; returns `status`, or 1 where that was 0 and the writing failed.
  static func finish(status: Int32) -> Int32 {
    do {
      try flush()
      return status
    } catch {
      complain(error.description)
      return status == 0 ? 1 : status
    }
  }

  private static let isTerminal = isatty(STDOUT_FILENO) == 1

  private static func end(with error: OutputError) -> Never {
    UnfinishedFiles.remove()
    complain(error.description)
    exit(1)
  }

  private static func endByBrokenPipe() -> Never {
    UnfinishedFiles.remove()
    signal(SIGPIPE, SIG_DFL)
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGPIPE)
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    raise(SIGPIPE)
    exit(128 + SIGPIPE)
  }

  /// Opens what the program was started without among its three streams, unusably: else the next file it opens, a run's
  /// log even, would be taken for one of them.
  static func secureStreams() {
    for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(descriptor, F_GETFD) < 0 {
      // The lowest free number is this one.
      _ = open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
    }
  }
}

/// Prints a line of text for people; control characters in it are escaped. Stands in for Swift's own.
func print(_ items: Any..., separator: String = " ", terminator: String = "\n") {
  let text = items.map { "\($0)" }.joined(separator: separator)
  StandardOutput.show((text + terminator).printableLines)
}

/// Writes a sentence to standard error.
func complain(_ text: String) { StandardErrors.write("rlrun: \(text.printable)\n") }

/// Standard error; what cannot be written there is said nowhere.
enum StandardErrors {
  static func write(_ text: String) { try? writeAll(Array(text.utf8), to: STDERR_FILENO, called: "standard error") }
}

/// Writes all of `bytes`; `name` stands for the stream in the error.
func writeAll(_ bytes: [UInt8], to descriptor: Int32, called name: String) throws(OutputError) {
  var written = 0
  while written < bytes.count {
    let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress! + written, bytes.count - written) }
    if count < 0 {
      // A stream that another program made non-blocking is waited for.
      if errno == EAGAIN {
        var wanted = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        poll(&wanted, 1, -1)
      } else if errno != EINTR {
        throw OutputError(path: name, code: errno)
      }
      continue
    }
    written += count
  }
}

/// Escapes control characters in bytes that come in pieces, but for line breaks and tabs.
struct TerminalFilter {
  /// The first byte of a C1 control character may be the last of a piece.
  private var holdsLead = false

  mutating func filter(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    for byte in bytes {
      if holdsLead {
        holdsLead = false
        if (0x80..<0xA0).contains(byte) {
          result += Self.escape(byte)
          continue
        }
        result.append(0xC2)
      }
      switch byte {
      case 0xC2: holdsLead = true
      case UInt8(ascii: "\n"), UInt8(ascii: "\t"): result.append(byte)
      case 0..<0x20, 0x7F: result += Self.escape(byte)
      default: result.append(byte)
      }
    }
    return result
  }

  private static func escape(_ byte: UInt8) -> [UInt8] {
    let digits = Array("0123456789abcdef".utf8)
    return Array("\\x".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
  }
}
