import Foundation
import Glibc

/// The lines of a descriptor as they come.
struct InputLines {
  private let descriptor: Int32
  private var buffer: [UInt8] = []
  private var next = 0
  private var hasEnded = false

  /// A line longer than this is an error of whoever writes it.
  private static let mostBytes = 1 << 20

  init(_ descriptor: Int32 = STDIN_FILENO) { self.descriptor = descriptor }

  /// Whether the next line would have to be waited for.
  var mustWait: Bool {
    if hasEnded || buffer[next...].contains(UInt8(ascii: "\n")) { return false }
    var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return Glibc.poll(&poll, 1, 0) == 0
  }

  /// nil at the end. Throws `InputError` where nothing can be read, `UsageError` for an endless line.
  mutating func line() throws -> String? {
    while true {
      if let end = buffer[next...].firstIndex(of: UInt8(ascii: "\n")) {
        defer { next = end + 1 }
        return String(decoding: buffer[next..<end], as: UTF8.self)
      }
      buffer.removeSubrange(..<next)
      next = 0
      if hasEnded {
        defer { buffer = [] }
        return buffer.isEmpty ? nil : String(decoding: buffer, as: UTF8.self)
      }
      if buffer.count > Self.mostBytes { throw UsageError("a line of the input is longer than a megabyte") }
      var part = [UInt8](repeating: 0, count: 65_536)
      let count = read(descriptor, &part, part.count)
      if count < 0, errno == EINTR { continue }
      if count < 0 { throw InputError(path: "standard input", code: errno) }
      hasEnded = count == 0
      buffer += part[..<count]
    }
  }
}
