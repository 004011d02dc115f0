import HummingbirdCore
import NIOCore

/// Where server-sent events go, one at a time. Sending waits while the client reads nothing; one that has not read for too
/// long is cut off by `RequestDeadlines`.
package struct EventStream: @unchecked Sendable {
  // Written by the one task that answers the request.
  private let writer: any ResponseBodyWriter

  init(_ writer: any ResponseBodyWriter) { self.writer = writer }

  /// Sends an event of the kind `name`; line breaks in `data` arrive as they are.
  package func send(_ name: String, _ data: String) async throws {
    var text = "event: \(name)\n"
    for line in data.split(separator: "\n", omittingEmptySubsequences: false) { text += "data: \(line)\n" }
    try await write(text + "\n")
  }

  /// Sends what clients pass over, so that one that is gone is noticed.
  package func beat() async throws { try await write(": \n\n") }

  private func write(_ text: String) async throws {
    var writer = writer
    try await writer.write(ByteBuffer(string: text))
  }
}
