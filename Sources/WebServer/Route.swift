/// A method and a path, and what answers them.
package struct Route: Sendable {
  /// What a route takes as a body.
  package enum Intake: Sendable {
    /// In memory, up to a number of bytes.
    case bytes(limit: Int)
    /// In a file, up to a number of bytes; short ones in memory.
    case file(limit: Int)
  }

  package var method: String
  /// `/runs/{id}/artifacts/{path*}`: a name in braces stands for a part, one with a star for all that follow.
  package var pattern: String
  package var access: Access
  package var intake: Intake
  package var handle: @Sendable (WebRequest) throws -> WebResponse

  package init(
    _ method: String, _ pattern: String, access: Access, intake: Intake = .bytes(limit: 1 << 20),
    _ handle: @escaping @Sendable (WebRequest) throws -> WebResponse
  ) {
    (self.method, self.pattern, self.access, self.intake, self.handle) = (method, pattern, access, intake, handle)
  }
}

/// Finds the route of a request: plain names go before names in braces.
struct RouteTable: Sendable {
  private indirect enum Step: Sendable { case name(String), any(String), rest(String) }
  private struct Node: Sendable {
    var names: [String: Node] = [:]
    var any: [(name: String, node: Node)] = []
    var rest: [(name: String, node: Node)] = []
    var routes: [String: Route] = [:]
  }

  enum Outcome {
    case found(Route, [String: String])
    /// The path is known, by other methods.
    case otherMethods([String])
    case unknown
  }

  private var root = Node()

  init(_ routes: [Route]) {
    for route in routes { Self.add(route, route.pattern.split(separator: "/")[...], to: &root) }
  }

  private static func add(_ route: Route, _ parts: ArraySlice<Substring>, to node: inout Node) {
    guard let part = parts.first else {
      precondition(node.routes[route.method] == nil, "two routes for \(route.method) \(route.pattern)")
      node.routes[route.method] = route
      return
    }
    let rest = parts.dropFirst()
    guard part.hasPrefix("{"), part.hasSuffix("}") else {
      return add(route, rest, to: &node.names[String(part), default: Node()])
    }
    let name = String(part.dropFirst().dropLast())
    if name.hasSuffix("*") {
      let place = index(of: String(name.dropLast()), in: &node.rest)
      add(route, rest, to: &node.rest[place].node)
    } else {
      let place = index(of: name, in: &node.any)
      add(route, rest, to: &node.any[place].node)
    }
  }

  private static func index(of name: String, in list: inout [(name: String, node: Node)]) -> Int {
    if let place = list.firstIndex(where: { $0.name == name }) { return place }
    list.append((name, Node()))
    return list.count - 1
  }

  func find(_ method: String, _ path: [String]) -> Outcome {
    var methods: Set<String> = []
    if let (route, parameters) = Self.find(method, path[...], in: root, &methods) { return .found(route, parameters) }
    return methods.isEmpty ? .unknown : .otherMethods(methods.sorted())
  }

  private static func find(
    _ method: String, _ path: ArraySlice<String>, in node: Node, _ methods: inout Set<String>
  ) -> (Route, [String: String])? {
    if let part = path.first {
      let rest = path.dropFirst()
      if let next = node.names[part], let found = find(method, rest, in: next, &methods) { return found }
      for (name, next) in node.any {
        if var found = find(method, rest, in: next, &methods) {
          found.1[name] = part
          return found
        }
      }
    } else {
      methods.formUnion(node.routes.keys)
      // What answers GET answers HEAD, without its body.
      if let route = node.routes[method] ?? (method == "HEAD" ? node.routes["GET"] : nil) { return (route, [:]) }
    }
    for (name, next) in node.rest {
      if var found = find(method, [], in: next, &methods) {
        found.1[name] = path.joined(separator: "/")
        return found
      }
    }
    return nil
  }
}
