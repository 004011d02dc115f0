import Files
import Formats
import Migration
import Tracker
import WebServer

/// MLflow's REST interface over a store: what its clients record are runs like any other, and all runs are there to be read.
package struct MLflowAPI: Sendable {
  /// The version that the server says it is, by which clients know what they may ask for.
  static let version = "3.17.0"

  let store: Store
  let pool: RunWriterPool
  let cache: RunCache
  let registry: ModelRegistry

  package init(_ store: Store, pool: RunWriterPool) {
    self.store = store
    self.pool = pool
    cache = RunCache(store)
    registry = ModelRegistry(store: store.path)
  }

  /// Whether a path is one of this interface's, whose errors have its form.
  package static func owns(_ path: [String]) -> Bool { ["api", "ajax-api"].contains(path.first) }

  /// An error that was found before a route was.
  package static func errorPage(_ error: WebError) -> WebResponse {
    MLflowError(error).response(status: error.status)
  }

  package var routes: [Route] {
    let calls = experimentCalls + runCalls + loggingCalls + historyCalls + modelCalls + registryCalls
    var routes: [Route] = []
    for base in ["/api/2.0", "/api/3.0", "/ajax-api/2.0", "/ajax-api/3.0"] {
      routes += calls.map { $0.route(under: base + "/mlflow/") }
      routes += artifactRoutes(under: base)
      for method in ["GET", "POST", "PATCH", "DELETE", "PUT"] {
        for kind in ["traces", "scorers", "datasets", "webhooks", "gateway", "assessments"] {
          routes.append(Self.unavailable(method, "\(base)/mlflow/\(kind)", kind))
          routes.append(Self.unavailable(method, "\(base)/mlflow/\(kind)/{rest*}", kind))
        }
      }
    }
    routes.append(Route("GET", "/version", access: .open) { _ in .text(Self.version) })
    routes.append(Route("GET", "/health", access: .open) { _ in .text("OK") })
    return routes
  }

  private static func unavailable(_ method: String, _ pattern: String, _ kind: String) -> Route {
    Route(method, pattern, access: .read) { _ in
      MLflowError(.notImplemented, "This server keeps runs and models; it has no \(kind).").response()
    }
  }
}

/// A call of the interface: its method, path and what it does.
struct MLflowCall: Sendable {
  let method: String
  let path: String
  let access: Access
  let limit: Int
  let body: @Sendable (MLflowInput) throws -> WebResponse

  init(
    _ method: String, _ path: String, access: Access? = nil, limit: Int = 1 << 20,
    _ body: @escaping @Sendable (MLflowInput) throws -> WebResponse
  ) {
    (self.method, self.path, self.limit, self.body) = (method, path, limit, body)
    self.access = access ?? (method == "GET" ? .read : .write)
  }

  func route(under base: String) -> Route {
    Route(method, base + path, access: access, intake: .bytes(limit: limit)) { request in
      do { return try body(try MLflowInput(request)) } catch { return MLflowError(error).response() }
    }
  }
}

extension WebResponse {
  static let empty = WebResponse.json(Array("{}".utf8))

  static func object(_ body: (inout JSONWriter) -> Void) -> WebResponse { .json(JSONWriter.object(body)) }
}

/// Where a page of a list begins, as text that clients give back.
enum PageToken {
  static func write(_ offset: Int) -> String { Base64.encode(Array("from \(offset)".utf8)) }

  static func read(_ token: String?) throws(MLflowError) -> Int {
    guard let token else { return 0 }
    guard let bytes = Base64.decode(token.utf8), let text = String(validating: bytes, as: UTF8.self),
      text.hasPrefix("from "), let offset = Int(text.dropFirst(5)), offset >= 0
    else { throw .invalid("Invalid page token '\(token)'.") }
    return offset
  }

  /// A page of `all`, and the token of the next one if there is one.
  static func page<Element>(
    _ all: [Element], of size: Int, from token: String?
  ) throws(MLflowError) -> (page: ArraySlice<Element>, next: String?) {
    let start = min(try read(token), all.count)
    let end = start + min(size, all.count - start)
    return (all[start..<end], end < all.count ? write(end) : nil)
  }
}
