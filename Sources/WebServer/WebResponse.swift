import Formats

/// An answer.
package struct WebResponse: Sendable {
  package enum Body: Sendable {
    case bytes([UInt8])
    /// Chunks until nil, pulled on a thread that may wait for a disk.
    case chunks(length: Int?, @Sendable () throws -> [UInt8]?)
    /// Server-sent events, as long as the closure runs; a client that is gone makes it throw.
    case events(@Sendable (EventStream) async throws -> Void)
  }

  package var status: Int
  package var headers: [String: String]
  package var body: Body

  package init(status: Int = 200, headers: [String: String] = [:], body: Body = .bytes([])) {
    (self.status, self.headers, self.body) = (status, headers, body)
  }

  package static func text(_ text: String, type: String = "text/plain; charset=utf-8", status: Int = 200) -> Self {
    Self(status: status, headers: ["Content-Type": type], body: .bytes(Array(text.utf8)))
  }

  package static func html(_ page: String, status: Int = 200) -> Self {
    text(page, type: "text/html; charset=utf-8", status: status)
  }

  package static func json(_ bytes: [UInt8], status: Int = 200) -> Self {
    Self(status: status, headers: ["Content-Type": "application/json"], body: .bytes(bytes))
  }

  /// To another page, asked for by GET whatever the method was.
  package static func redirect(to address: String) -> Self { Self(status: 303, headers: ["Location": address]) }

  /// Events that a page listens to.
  package static func events(_ run: @escaping @Sendable (EventStream) async throws -> Void) -> Self {
    Self(headers: ["Content-Type": "text/event-stream", "Cache-Control": "no-store"], body: .events(run))
  }
}

/// A file that is part of the program, with an entity tag by which browsers need not fetch it twice.
package struct StaticFile: Sendable {
  package let type: String
  package let bytes: [UInt8]
  package let tag: String

  package init(_ bytes: [UInt8], type: String) {
    (self.bytes, self.type) = (bytes, type)
    tag = "\"" + SHA256.hexadecimal(bytes).prefix(24) + "\""
  }

  package func response(to request: WebRequest) -> WebResponse {
    var response = WebResponse(
      headers: ["Content-Type": type, "ETag": tag, "Cache-Control": "no-cache"], body: .bytes(bytes))
    if request.headers["if-none-match"] == tag { (response.status, response.body) = (304, .bytes([])) }
    return response
  }
}
