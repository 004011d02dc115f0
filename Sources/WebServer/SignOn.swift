import Formats
import Glibc
import Synchronization

/// Who may come in: anyone where there is no token and no proxy; else whoever has a token or a session that was got for one,
/// or comes by a trusted proxy that names its user.
package final class SignOn: Sendable {
  /// A proxy that has signed its users on, and says who asks in a header.
  package struct Proxy: Sendable, Hashable {
    /// The proxy's own addresses, such as `127.0.0.1`: from anyone else the header means nothing.
    package var addresses: Set<String>
    /// Lower case.
    package var header: String

    package init(addresses: Set<String>, header: String) {
      (self.addresses, self.header) = (addresses, header.lowercased())
    }
  }

  private struct Session: Sendable {
    var access: Access
    var ends: Int
  }

  /// SHA-256 of tokens, so that a comparison takes the same time for all.
  private let tokens: [(digest: [UInt8], access: Access)]
  private let proxy: Proxy?
  private let sessions = Mutex<[String: Session]>([:])
  private static let sessionSeconds = 12 * 3_600
  private static let sessionLimit = 10_000
  package static let cookie = "rlrun-session"

  package init(tokens: [String] = [], readOnlyTokens: [String] = [], proxy: Proxy? = nil) {
    self.tokens =
      tokens.map { (SHA256.digest(Array($0.utf8)), .write) }
      + readOnlyTokens.map { (SHA256.digest(Array($0.utf8)), .read) }
    self.proxy = proxy
  }

  /// Whether everybody may come in.
  package var isOpen: Bool { tokens.isEmpty && proxy == nil }

  /// Who asks; nil for somebody who has not signed on.
  package func visitor(headers: [String: String], address: String?) -> Visitor? {
    if isOpen { return Visitor(name: nil, access: .write) }
    if let proxy, let address, proxy.addresses.contains(address), let name = headers[proxy.header], !name.isEmpty {
      return Visitor(name: name, access: .write)
    }
    if let token = Self.token(in: headers["authorization"]) {
      return access(of: token).map { Visitor(name: nil, access: $0) }
    }
    for pair in (headers["cookie"] ?? "").split(separator: ";") {
      let parts = pair.drop { $0 == " " }.split(separator: "=", maxSplits: 1)
      guard parts.count == 2, parts[0] == Self.cookie else { continue }
      let now = time(nil)
      let session = sessions.withLock { $0[String(parts[1])] }
      if let session, session.ends > now { return Visitor(name: nil, access: session.access) }
    }
    return nil
  }

  /// What a token allows; nil for one that is none.
  package func access(of token: String) -> Access? {
    let digest = SHA256.digest(Array(token.utf8))
    var found: Access?
    for (known, access) in tokens {
      let difference = zip(known, digest).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) }
      if difference == 0, found.map({ $0 < access }) ?? true { found = access }
    }
    return found
  }

  /// A session for a token, as the `Set-Cookie` of an answer; nil for a token that is none.
  package func begin(with token: String, isSecure: Bool) -> String? {
    guard let access = access(of: token) else { return nil }
    let name = Self.newToken()
    let now = time(nil)
    sessions.withLock { sessions in
      if sessions.count >= Self.sessionLimit { sessions = sessions.filter { $0.value.ends > now } }
      // Those that end first make room.
      while sessions.count >= Self.sessionLimit, let first = sessions.min(by: { $0.value.ends < $1.value.ends }) {
        sessions[first.key] = nil
      }
      sessions[name] = Session(access: access, ends: now + Self.sessionSeconds)
    }
    return "\(Self.cookie)=\(name); HttpOnly; SameSite=Strict; Path=/; Max-Age=\(Self.sessionSeconds)"
      + (isSecure ? "; Secure" : "")
  }

  /// Ends the session of a request; returns the `Set-Cookie` that takes the cookie away.
  package func end(headers: [String: String]) -> String {
    for pair in (headers["cookie"] ?? "").split(separator: ";") {
      let parts = pair.drop { $0 == " " }.split(separator: "=", maxSplits: 1)
      if parts.count == 2, parts[0] == Self.cookie { sessions.withLock { $0[String(parts[1])] = nil } }
    }
    return "\(Self.cookie)=; HttpOnly; SameSite=Strict; Path=/; Max-Age=0"
  }

  /// 192 bits from the system as hexadecimal digits.
  package static func newToken() -> String {
    var generator = SystemRandomNumberGenerator()
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: (0..<48).map { _ in digits[Int(generator.next() & 15)] }, as: UTF8.self)
  }

  /// Of `Bearer TOKEN`, or of `Basic` with the token as the password.
  private static func token(in authorization: String?) -> String? {
    guard let authorization else { return nil }
    let parts = authorization.split(separator: " ", maxSplits: 1)
    guard parts.count == 2 else { return nil }
    switch parts[0].lowercased() {
    case "bearer": return String(parts[1])
    case "basic":
      guard let bytes = Base64.decode(parts[1].utf8), let pair = String(validating: bytes, as: UTF8.self) else {
        return nil
      }
      return pair.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).dropFirst().first.map(
        String.init)
    default: return nil
    }
  }
}
