import Formats
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

/// Escapes control characters in UTF-8 that comes in pieces, but for line breaks and tabs.
struct TerminalFilter {
  /// The beginning of a character whose end is to come.
  private var held: [UInt8] = []

  mutating func filter(_ bytes: [UInt8]) -> [UInt8] {
    let all = held + bytes
    let whole = all.count - Self.unfinished(all)
    held = Array(all[whole...])
    return Array(String(decoding: all[..<whole], as: UTF8.self).printableLines.utf8)
  }

  /// How many bytes at the end begin a character that is longer.
  private static func unfinished(_ bytes: [UInt8]) -> Int {
    for count in 1...3 where count <= bytes.count {
      let byte = bytes[bytes.count - count]
      if byte & 0xC0 == 0x80 { continue }
      let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
      return length > count ? count : 0
    }
    return 0
  }
}
