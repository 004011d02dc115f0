import Foundation
import Glibc
import Synchronization
import Testing

@testable import WebServer

/// A server in this process, which ends with it, and connections that send bytes as they are.
struct RunningServer {
  let port: Int

  static func start(
    _ routes: [Route], limits: WebLimits = WebLimits(), signOn: SignOn = SignOn(), host: String = "127.0.0.1",
    hosts: [String] = [], spool: String = "/tmp"
  ) async throws -> RunningServer {
    var configuration = WebService.Configuration()
    configuration.spool = spool
    (configuration.limits, configuration.host, configuration.hosts) = (limits, host, hosts)
    let service = WebService(configuration, routes: routes, signOn: signOn)
    let (ports, found) = AsyncStream.makeStream(of: Int.self)
    Task { try await service.run { found.yield($0) } }
    for await port in ports { return RunningServer(port: port) }
    throw CancellationError()
  }

  /// Sends `text` and reads until the server closes the connection, or `seconds` have passed.
  func exchange(_ text: String, seconds: Double = 20) async -> String {
    await aside { exchangeBytes(Array(text.utf8), seconds: seconds) }
  }

  private func exchangeBytes(_ bytes: [UInt8], seconds: Double) -> String {
    let connection = open()
    defer { close(connection) }
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes {
        send(connection, $0.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
      }
      if count <= 0 { break }
      sent += count
    }
    return readBytes(connection, seconds: seconds)
  }

  func open() -> Int32 {
    let connection = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let status = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(connection, $0, size) }
    }
    precondition(status == 0, "no connection to port \(port)")
    return connection
  }

  func read(_ connection: Int32, seconds: Double) async -> String {
    await aside { readBytes(connection, seconds: seconds) }
  }

  private func readBytes(_ connection: Int32, seconds: Double) -> String {
    var limit = timeval(tv_sec: Int(seconds), tv_usec: Int((seconds - seconds.rounded(.down)) * 1e6))
    setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    var received: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = recv(connection, &buffer, buffer.count, 0)
      if count <= 0 { break }
      received += buffer[..<count]
    }
    return String(decoding: received, as: UTF8.self)
  }

  func get(_ path: String, _ headers: String...) async -> String {
    let lines = ["GET \(path) HTTP/1.1", "Host: 127.0.0.1:\(port)", "Connection: close"] + headers
    return await exchange(lines.joined(separator: "\r\n") + "\r\n\r\n")
  }

  func post(_ path: String, _ body: String, _ headers: String...) async -> String {
    let lines =
      ["POST \(path) HTTP/1.1", "Host: 127.0.0.1:\(port)", "Connection: close", "Content-Length: \(body.utf8.count)"]
      + headers
    return await exchange(lines.joined(separator: "\r\n") + "\r\n\r\n" + body)
  }
}

/// What waits for bytes does so on a thread of its own: the server runs on those of tasks.
private func aside<Result: Sendable>(_ body: @escaping @Sendable () -> Result) async -> Result {
  await withCheckedContinuation { continuation in
    Thread.detachNewThread { continuation.resume(returning: body()) }
  }
}

extension String {
  var statusCode: Int { Int(split(separator: " ").dropFirst().first ?? "") ?? 0 }
  var content: String { firstRange(of: "\r\n\r\n").map { String(self[$0.upperBound...]) } ?? "" }
}

private let echo = [
  Route("GET", "/hello", access: .read) { _ in .text("hello") },
  Route("GET", "/files/{path*}", access: .read) { .text($0["path"]) },
  Route("POST", "/change", access: .write, intake: .bytes(limit: 1_000)) { .text("changed \($0.bytes.count)") },
  Route("POST", "/read", access: .read) { _ in .text("read") },
  Route("PUT", "/upload", access: .write, intake: .file(limit: 10 << 20)) { request in
    if case .file(let path) = request.body {
      var status = stat()
      stat(path, &status)
      return .text("file \(status.st_size)")
    }
    return .text("memory \(request.bytes.count)")
  },
]

@Suite struct `answers of the server` {
  @Test func `a route answers its method and path, others are told apart`() async throws {
    let server = try await RunningServer.start(echo)
    #expect(await server.get("/hello").statusCode == 200)
    #expect(await server.get("/hello").content == "hello")
    #expect(await server.get("/nothing").statusCode == 404)
    let other = await server.post("/hello", "")
    #expect(other.statusCode == 405)
    #expect(other.contains("Allow: GET"))
    let head = await server.exchange("HEAD /hello HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    #expect(head.statusCode == 200)
    #expect(head.content.isEmpty)
  }

  @Test func `every answer tells browsers what pages may do`() async throws {
    let server = try await RunningServer.start(echo)
    for answer in [await server.get("/hello"), await server.get("/nothing")] {
      #expect(answer.contains("Content-Security-Policy: default-src 'none'; script-src 'self'"))
      #expect(!answer.contains("unsafe-inline"))
      #expect(answer.contains("X-Content-Type-Options: nosniff"))
      #expect(answer.contains("frame-ancestors 'none'"))
    }
  }

  @Test func `several requests on a connection are answered in order`() async throws {
    let server = try await RunningServer.start(echo)
    let one = "GET /files/a HTTP/1.1\r\nHost: localhost\r\n\r\n"
    let last = "GET /files/b HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    let answer = await server.exchange(one + one + last)
    #expect(answer.components(of: "HTTP/1.1 200") == 3)
    #expect(answer.hasSuffix("b"))
  }

  @Test func `events arrive as they are sent`() async throws {
    let routes = [
      Route("GET", "/events", access: .read) { _ in
        .events { stream in
          try await stream.send("point", "one\ntwo")
          try await stream.beat()
        }
      }
    ]
    let server = try await RunningServer.start(routes)
    let answer = await server.get("/events")
    #expect(answer.contains("Content-Type: text/event-stream"))
    #expect(answer.contains("event: point\ndata: one\ndata: two\n\n"))
  }

  @Test func `a static file is sent once to who has it already`() async throws {
    let file = StaticFile(Array("body {}".utf8), type: "text/css")
    let server = try await RunningServer.start([Route("GET", "/a.css", access: .open) { file.response(to: $0) }])
    #expect(await server.get("/a.css").content == "body {}")
    let again = await server.get("/a.css", "If-None-Match: \(file.tag)")
    #expect(again.statusCode == 304)
    #expect(again.content.isEmpty)
  }
}

extension String {
  fileprivate func components(of part: String) -> Int { ranges(of: part).count }
}

@Suite struct `attacks on the server` {
  @Test func `a name that was pointed at this machine is not answered to`() async throws {
    let server = try await RunningServer.start(echo, hosts: ["studio.example.org"])
    func ask(_ host: String) async -> Int {
      await server.exchange("GET /hello HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\r\n").statusCode
    }
    #expect(await ask("evil.example.org") == 421)
    #expect(await ask("127.0.0.1.evil.example.org") == 421)
    #expect(await ask("localhost") == 200)
    #expect(await ask("LOCALHOST:6006") == 200)
    #expect(await ask("[::1]:6006") == 200)
    #expect(await ask("studio.example.org") == 200)
    #expect(await server.exchange("GET /hello HTTP/1.1\r\nConnection: close\r\n\r\n").statusCode == 400)
  }

  @Test func `a page of another site changes nothing`() async throws {
    let server = try await RunningServer.start(echo)
    #expect(await server.post("/change", "x").statusCode == 200)
    #expect(await server.post("/change", "x", "Origin: http://evil.example.org").statusCode == 403)
    #expect(await server.post("/change", "x", "Origin: null").statusCode == 403)
    #expect(await server.post("/change", "x", "Origin: http://127.0.0.1:1").statusCode == 403)
    #expect(await server.post("/change", "x", "Origin: http://127.0.0.1:\(server.port)").statusCode == 200)
    #expect(await server.post("/change", "x", "Sec-Fetch-Site: cross-site").statusCode == 403)
    #expect(await server.post("/change", "x", "Sec-Fetch-Site: same-origin").statusCode == 200)
  }

  @Test(arguments: [
    "/files/../secret", "/files/%2e%2e/secret", "/files/..%2fsecret", "/files/%2Fetc%2Fpasswd", "/files/a%5cb",
    "/files/a%00b", "/files/%ff", "/files/%zz", "/files/a%0d%0ab",
  ])
  func `a path that leads elsewhere in any spelling is refused`(path: String) async throws {
    let server = try await RunningServer.start(echo)
    #expect(await server.get(path).statusCode == 400)
  }

  @Test func `a request in which another could be hidden is refused`() async throws {
    let server = try await RunningServer.start(echo)
    let hidden = "GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n"
    let both =
      "POST /change HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n\(hidden)"
    #expect(await !server.exchange(both, seconds: 1).contains("hello"))
    let two = "POST /change HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nContent-Length: 40\r\n\r\n\(hidden)"
    #expect(await !server.exchange(two, seconds: 1).contains("hello"))
    let strange = "POST /change HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: xchunked\r\n\r\n\(hidden)"
    #expect(await !server.exchange(strange, seconds: 1).contains("hello"))
  }

  @Test func `a header that does not end is cut off`() async throws {
    var limits = WebLimits()
    limits.headerSeconds = 0.3
    let server = try await RunningServer.start(echo, limits: limits)
    let connection = server.open()
    defer { close(connection) }
    let start = ContinuousClock.now
    let text = Array("GET /hello HTTP/1.1\r\nHost: loc".utf8)
    for byte in text {
      if send(connection, [byte], 1, Int32(MSG_NOSIGNAL)) <= 0 { break }
      try await Task.sleep(for: .milliseconds(20))
    }
    #expect(await server.read(connection, seconds: 20).isEmpty)
    #expect(ContinuousClock.now - start < .seconds(15))
  }

  @Test func `headers beyond the limits are refused`() async throws {
    let server = try await RunningServer.start(echo)
    let long = await server.get("/hello", "X-Long: " + String(repeating: "a", count: 100_000))
    #expect(long.statusCode != 200)
    let many = (0..<500).map { "X-\($0): a" }.joined(separator: "\r\n")
    #expect(await server.get("/hello", many).statusCode != 200)
  }

  @Test func `a body beyond the route's limit is refused, announced or not`() async throws {
    let server = try await RunningServer.start(echo)
    #expect(await server.post("/change", String(repeating: "a", count: 1_000)).content == "changed 1000")
    #expect(await server.post("/change", String(repeating: "a", count: 1_001)).statusCode == 413)
    let announced = "POST /change HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999\r\n\r\n"
    #expect(await server.exchange(announced).statusCode == 413)
    let chunk = "400\r\n" + String(repeating: "a", count: 1_024) + "\r\n"
    let endless =
      "POST /change HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
      + String(repeating: chunk, count: 50)
    #expect(await server.exchange(endless).statusCode == 413)
  }

  @Test(arguments: [
    "Content-Length: -1\r\n", "Content-Length: 0x0\r\n", "Content-Length: 0, 40\r\n", "Content-Length : 40\r\n",
    "Transfer-Encoding: chunked, identity\r\n", "Transfer-Encoding: identity, chunked\r\nContent-Length: 3\r\n",
    "Transfer-Encoding:\u{0B}chunked\r\n", "Transfer-Encoding\r\n : chunked\r\n",
    "X: a\rTransfer-Encoding: chunked\r\n",
  ])
  func `a body whose length can be read in two ways ends its connection`(field: String) async throws {
    let server = try await RunningServer.start(echo)
    let hidden = "GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n"
    let head = "POST /change HTTP/1.1\r\nHost: localhost\r\n\(field)\r\n"
    let answer = await server.exchange(head + "0\r\n\r\n" + hidden, seconds: 1)
    #expect(!answer.contains("hello"))
  }

  @Test(arguments: ["-1", "zz", "4;a\nb", "FFFFFFFFFFFFFFFFF", "", " 4"])
  func `chunks of a length that is none end the connection`(length: String) async throws {
    let server = try await RunningServer.start(echo)
    let head = "POST /change HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
    let hidden = "GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n"
    let answer = await server.exchange(head + length + "\r\nabcd\r\n0\r\n\r\n" + hidden, seconds: 1)
    #expect(!answer.contains("changed 4"))
    #expect(!answer.contains("hello"))
    #expect(await server.get("/hello").content == "hello")
  }

  @Test func `a body that stops is cut off, and its file is gone`() async throws {
    var limits = WebLimits()
    limits.bodySeconds = 0.3
    let folder = FileManager.default.temporaryDirectory.appending(path: "spool-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let server = try await RunningServer.start(echo, limits: limits, spool: folder)
    let begun =
      "PUT /upload HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5000000\r\n\r\n"
      + String(repeating: "a", count: 3_000_000)
    // The server ends it: the client only waits.
    #expect(await !server.exchange(begun, seconds: 60).contains("200 OK"))
    for _ in 0..<200 where try !FileManager.default.contentsOfDirectory(atPath: folder).isEmpty {
      try await Task.sleep(for: .milliseconds(50))
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
  }

  @Test func `endless chunks on their way to a file are refused, and leave nothing`() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "spool-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let server = try await RunningServer.start(echo, spool: folder)
    let chunk = "10000\r\n" + String(repeating: "a", count: 65_536) + "\r\n"
    let endless =
      "PUT /upload HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
      + String(repeating: chunk, count: 200)
    #expect(await server.exchange(endless).statusCode == 413)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
  }

  @Test func `a connection on which nothing more is asked is closed`() async throws {
    var limits = WebLimits()
    limits.idleSeconds = 0.3
    let server = try await RunningServer.start(echo, limits: limits)
    // It ends by itself, though the client would keep it open for a minute.
    let answer = await server.exchange("GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n", seconds: 60)
    #expect(answer.statusCode == 200)
    #expect(answer.content == "hello")
  }

  @Test func `a long body goes to a file that is gone afterwards`() async throws {
    let server = try await RunningServer.start(echo)
    func put(_ count: Int) async -> String {
      await server.exchange(
        "PUT /upload HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: \(count)\r\n\r\n"
          + String(repeating: "a", count: count)
      ).content
    }
    #expect(await put(10) == "memory 10")
    #expect(await put(3_000_000) == "file 3000000")
  }

  @Test func `connections that ask nothing do not keep others out for ever`() async throws {
    var limits = WebLimits()
    (limits.connections, limits.headerSeconds) = (20, 0.4)
    let server = try await RunningServer.start(echo, limits: limits)
    let idle = (0..<60).map { _ in server.open() }
    defer { for connection in idle { close(connection) } }
    #expect(await server.get("/hello").content == "hello")
  }

  @Test func `a client that stops reading its events is cut off`() async throws {
    let ended = Mutex(false)
    let routes = [
      Route("GET", "/events", access: .read) { _ in
        .events { stream in
          defer { ended.withLock { $0 = true } }
          let text = String(repeating: "a", count: 100_000)
          while true { try await stream.send("more", text) }
        }
      }
    ]
    var limits = WebLimits()
    limits.stalledSeconds = 0.3
    let server = try await RunningServer.start(routes, limits: limits)
    let connection = server.open()
    defer { close(connection) }
    let request = Array("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8)
    _ = send(connection, request, request.count, Int32(MSG_NOSIGNAL))
    for _ in 0..<300 where !ended.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(50)) }
    #expect(ended.withLock { $0 })
  }
}

@Suite struct `signing on` {
  private let token = "a-token-of-some-length"
  private let reader = "another-that-only-reads"

  private var routes: [Route] {
    let signOn = signOn
    return echo + [
      Route("POST", "/sign-in", access: .open) { request in
        guard let cookie = signOn.begin(with: request.form["token"] ?? "", isSecure: false) else {
          throw WebError(401, "no such token")
        }
        return WebResponse(status: 303, headers: ["Set-Cookie": cookie, "Location": "/"])
      }
    ]
  }
  private let signOn: SignOn

  init() {
    signOn = SignOn(
      tokens: [token], readOnlyTokens: [reader],
      proxy: SignOn.Proxy(addresses: ["10.0.0.1"], header: "X-Forwarded-User"))
  }

  @Test func `nothing is shown without a token`() async throws {
    let server = try await RunningServer.start(routes, signOn: signOn)
    #expect(await server.get("/hello").statusCode == 401)
    #expect(await server.get("/hello", "Authorization: Bearer wrong").statusCode == 401)
    #expect(await server.get("/hello", "Authorization: Bearer \(token)").statusCode == 200)
    let basic = Base64.encode(Array("anyone:\(token)".utf8))
    #expect(await server.get("/hello", "Authorization: Basic \(basic)").statusCode == 200)
  }

  @Test func `a token that only reads changes nothing`() async throws {
    let server = try await RunningServer.start(routes, signOn: signOn)
    #expect(await server.get("/hello", "Authorization: Bearer \(reader)").statusCode == 200)
    #expect(await server.post("/read", "", "Authorization: Bearer \(reader)").statusCode == 200)
    #expect(await server.post("/change", "x", "Authorization: Bearer \(reader)").statusCode == 403)
    #expect(await server.post("/change", "x", "Authorization: Bearer \(token)").statusCode == 200)
  }

  @Test func `a token is exchanged for a cookie that scripts cannot read`() async throws {
    let server = try await RunningServer.start(routes, signOn: signOn)
    #expect(await server.post("/sign-in", "token=wrong").statusCode == 401)
    let answer = await server.post("/sign-in", "token=\(reader)")
    let line = try #require(answer.split(separator: "\r\n").first { $0.hasPrefix("Set-Cookie: ") })
    #expect(line.contains("HttpOnly"))
    #expect(line.contains("SameSite=Strict"))
    #expect(!line.contains(reader))
    let cookie = line.dropFirst("Set-Cookie: ".count).prefix { $0 != ";" }
    #expect(await server.get("/hello", "Cookie: other=1; \(cookie)").statusCode == 200)
    #expect(await server.post("/change", "x", "Cookie: \(cookie)").statusCode == 403)
    #expect(await server.get("/hello", "Cookie: \(cookie)0").statusCode == 401)
  }

  @Test func `a proxy's header is believed from that proxy only`() async throws {
    #expect(signOn.visitor(headers: ["x-forwarded-user": "eve"], address: "127.0.0.1") == nil)
    #expect(
      signOn.visitor(headers: ["x-forwarded-user": "ann"], address: "10.0.0.1") == Visitor(name: "ann", access: .write))
    let trusted = SignOn(proxy: SignOn.Proxy(addresses: ["127.0.0.1"], header: "x-user"))
    let server = try await RunningServer.start(echo, signOn: trusted)
    #expect(await server.get("/hello").statusCode == 401)
    #expect(await server.get("/hello", "X-User: ann").statusCode == 200)
  }
}
