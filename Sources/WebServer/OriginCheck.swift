/// Refuses requests that a page of somebody else's made a browser send: by a name of that page's that was pointed at this
/// machine (DNS rebinding: the Host is not one of ours), or by a form or script of that page (CSRF: the Origin is not).
package struct OriginCheck: Sendable {
  /// Host names without ports, lower case; an IPv6 address in brackets.
  private var names: Set<String>

  /// Names beside those of the loopback interface and the address that the server listens on.
  package init(host: String, alsoAllowed: [String] = []) {
    names = ["localhost", "127.0.0.1", "[::1]"]
    // A server on all interfaces does not know its names: its users say them.
    if host != "0.0.0.0", host != "::" { names.insert(Self.name(ofAuthority: host.contains(":") ? "[\(host)]" : host)) }
    for name in alsoAllowed { names.insert(Self.name(ofAuthority: name)) }
  }

  func check(method: String, authority: String?, headers: [String: String]) throws(WebError) {
    guard let authority, !authority.isEmpty else { throw WebError(400, "the request names no host", closes: true) }
    guard names.contains(Self.name(ofAuthority: authority)) else {
      throw WebError(
        421, "this server does not answer to the name in the request's Host: start it with --allow-host for that name")
    }
    if method == "GET" || method == "HEAD" { return }
    // Browsers say where a request that changes something comes from; programs say nothing.
    if let origin = headers["origin"] {
      let parts = origin.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
      let isOurs =
        parts.count == 3 && (parts[0] == "http:" || parts[0] == "https:") && parts[1].isEmpty
        && parts[2].lowercased() == authority.lowercased()
      guard isOurs else { throw WebError(403, "the request comes from another site's page") }
    } else if let site = headers["sec-fetch-site"], site != "same-origin", site != "none" {
      throw WebError(403, "the request comes from another site's page")
    }
  }

  /// `example.org` of `Example.org:6006`.
  private static func name(ofAuthority authority: String) -> String {
    let text = authority.lowercased()
    if text.hasPrefix("["), let end = text.firstIndex(of: "]") { return String(text[...end]) }
    return String(text.prefix { $0 != ":" })
  }
}
