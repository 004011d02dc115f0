import Formats
import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix

/// Answers HTTP: checks what comes in, finds the route, runs it on a thread that may wait for a disk, and sends what it gives.
package struct WebService: Sendable {
  package struct Configuration: Sendable {
    package var host = "127.0.0.1"
    /// 0 for any that is free.
    package var port = 0
    package var limits = WebLimits()
    /// Names that the server answers to beside its own.
    package var hosts: [String] = []
    /// A folder for bodies that are too long for the memory.
    package var spool = "/tmp"

    package init() {}
  }

  let configuration: Configuration
  let signOn: SignOn
  let origins: OriginCheck
  let routes: RouteTable
  /// The form an error takes, by the request it answers.
  let errorPage: @Sendable (WebError, RequestTarget?, _ accepts: String) -> WebResponse
  let pool: NIOThreadPool

  package init(
    _ configuration: Configuration, routes: [Route], signOn: SignOn = SignOn(),
    errorPage: @escaping @Sendable (WebError, RequestTarget?, _ accepts: String) -> WebResponse = { error, _, _ in
      .text(error.message + "\n", status: error.status)
    }
  ) {
    self.configuration = configuration
    self.signOn = signOn
    self.errorPage = errorPage
    origins = OriginCheck(host: configuration.host, alsoAllowed: configuration.hosts)
    self.routes = RouteTable(routes)
    pool = NIOThreadPool(numberOfThreads: configuration.limits.threads)
  }

  /// Listens until the task is cancelled; `onRunning` is called with the port once connections are accepted.
  package func run(onRunning: @escaping @Sendable (Int) -> Void = { _ in }) async throws {
    pool.start()
    let limits = configuration.limits
    var logger = Logger(label: "rlrun-server")
    logger.logLevel = .critical
    let channel = HTTP1Channel(
      responder: { request, writer, channel in
        try await respond(to: request, writer, peer: channel.remoteAddress?.ipAddress)
      },
      configuration: .init(
        additionalChannelHandlers: [RequestDeadlines(limits)],
        httpDecoderConfiguration: .init(
          maxHeaderFieldSize: limits.headers, maxHeaderListSize: limits.headers,
          maxHeaderFieldCount: limits.headerFields)))
    let server = Server(
      childChannelSetup: channel,
      configuration: ServerConfiguration(
        address: .hostname(configuration.host, port: configuration.port),
        availableConnectionsDelegate: MaximumAvailableConnections(limits.connections, logger: logger)),
      onServerRunning: { channel in onRunning(channel.localAddress?.port ?? 0) },
      eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: logger)
    try await server.run()
  }

  // MARK: One request

  private func respond(to request: Request, _ writer: consuming ResponseWriter, peer: String?) async throws {
    let headers = Self.headers(of: request)
    var target: RequestTarget?
    var mustClose = false
    var response: WebResponse
    var spooled: SpooledBody?
    defer { spooled?.remove() }
    do {
      let read = try RequestTarget(request.head.path ?? "")
      target = read
      let (asked, route) = try admit(request, read, headers, peer)
      let (body, file) = try await body(of: request, route.intake)
      spooled = file
      response = try await pool.runIfActive { try route.handle(asked.with(body)) }
    } catch let error as WebError {
      mustClose = error.closes
      response = errorPage(error, target, headers["accept"] ?? "")
      response.headers.merge(error.headers) { $1 }
    } catch let error as any UserFacingError {
      let status = error.status == .badUsage ? 400 : 500
      response = errorPage(WebError(status, error.sentence), target, headers["accept"] ?? "")
    } catch {
      response = errorPage(WebError(500, "the server failed: \(error)"), target, headers["accept"] ?? "")
    }
    try await send(response, to: request, writer, closing: mustClose)
    // Thrown away, the connection does not go on with what is left of the body.
    if mustClose { throw WebError(400, "closed") }
  }

  private func admit(
    _ request: Request, _ target: RequestTarget, _ headers: [String: String], _ peer: String?
  ) throws(WebError) -> (WebRequest, Route) {
    let method = request.method.rawValue
    try origins.check(method: method, authority: request.head.authority, headers: headers)
    var asked = WebRequest(method: method, path: target.path, query: target.query, headers: headers)
    let visitor = signOn.visitor(headers: headers, address: peer)
    switch routes.find(method, target.path) {
    case .found(let route, let parameters):
      asked.parameters = parameters
      asked.visitor = visitor ?? Visitor(name: nil, access: .open)
      if visitor == nil, route.access > .open {
        throw WebError(401, "sign on with a token first", headers: ["WWW-Authenticate": "Bearer"])
      }
      guard asked.visitor.access >= route.access else { throw WebError(403, "this token only reads") }
      return (asked, route)
    case .otherMethods(let methods):
      throw WebError(
        405, "the path takes \(methods.joined(separator: ", "))", headers: ["Allow": methods.joined(separator: ", ")])
    case .unknown: throw WebError(404, "there is nothing at /\(target.path.joined(separator: "/"))")
    }
  }

  private func body(of request: Request, _ intake: Route.Intake) async throws -> (WebBody, SpooledBody?) {
    let limit =
      switch intake {
      case .bytes(let limit), .file(let limit): limit
      }
    let tooLong = WebError(413, "the body is longer than \(limit) bytes", closes: true)
    if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > limit { throw tooLong }
    var bytes: [UInt8] = []
    var spooled: SpooledBody?
    do {
      for try await chunk in request.body {
        if bytes.count + (spooled?.count ?? 0) + chunk.readableBytes > limit { throw tooLong }
        bytes += chunk.readableBytesView
        guard case .file = intake, bytes.count > configuration.limits.bodyInMemory else { continue }
        let full = bytes
        let file = try spooled ?? SpooledBody(in: configuration.spool)
        spooled = file
        try await pool.runIfActive { try file.add(full) }
        bytes = []
      }
      guard let spooled else { return (.bytes(bytes), nil) }
      let rest = bytes
      try await pool.runIfActive { try spooled.add(rest) }
      return (.file(path: spooled.path), spooled)
    } catch {
      // However it ends, as with a client that goes away.
      spooled?.remove()
      throw error
    }
  }

  private func send(
    _ response: WebResponse, to request: Request, _ writer: consuming ResponseWriter, closing: Bool
  ) async throws {
    var head = HTTPResponse(status: .init(code: response.status))
    for (name, value) in SecurityHeaders.all.merging(response.headers, uniquingKeysWith: { $1 }) {
      guard let name = HTTPField.Name(name) else { continue }
      head.headerFields[name] = value
    }
    if closing { head.headerFields[.connection] = "close" }
    let isHead = request.method == .head
    switch response.body {
    case .bytes(let bytes):
      if response.status != 304 { head.headerFields[.contentLength] = String(bytes.count) }
      if isHead || bytes.isEmpty { return try await writer.writeResponse(head) }
      try await writer.write(response: head, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    case .chunks(let length, let next):
      if let length { head.headerFields[.contentLength] = String(length) }
      if isHead { return try await writer.writeResponse(head) }
      var body = try await writer.writeHead(head)
      while let bytes = try await pool.runIfActive({ try next() }) { try await body.write(ByteBuffer(bytes: bytes)) }
      try await body.finish(nil)
    case .events(let run):
      if isHead { return try await writer.writeResponse(head) }
      let body = try await writer.writeHead(head)
      try await run(EventStream(body))
      try await body.finish(nil)
    }
  }

  private static func headers(of request: Request) -> [String: String] {
    var headers: [String: String] = [:]
    for field in request.headers {
      let name = field.name.canonicalName
      headers[name] = headers[name].map { $0 + (name == "cookie" ? "; " : ", ") + field.value } ?? field.value
    }
    return headers
  }
}
