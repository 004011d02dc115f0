import Files
import Formats
import Glibc
import WebServer

/// Who may come in, as the command line says it.
package struct ServerTokens: Sendable {
  package let signOn: SignOn

  /// `file` holds a token a line, those that only read after `read `. Throws where others than this machine could come in
  /// without either.
  package init(file: String?, userHeader: String?, proxies: [String], host: String) throws {
    var (tokens, reading): ([String], [String]) = ([], [])
    if let file {
      let text = String(decoding: try OpenFile(file, O_RDONLY, .read).readAll(limit: 1 << 20), as: UTF8.self)
      for line in text.split(whereSeparator: \.isNewline) where !line.hasPrefix("#") {
        let words = line.split(separator: " ")
        let isReading = words.count == 2 && words[0] == "read"
        guard let token = words.last, words.count == 1 || isReading, token.count >= 16 else {
          throw ServerError.badTokens(file)
        }
        if isReading { reading.append(String(token)) } else { tokens.append(String(token)) }
      }
      if tokens.isEmpty, reading.isEmpty { throw ServerError.badTokens(file) }
    }
    if (userHeader == nil) != proxies.isEmpty { throw ServerError.halfAProxy }
    let proxy = userHeader.map { SignOn.Proxy(addresses: Set(proxies), header: $0) }
    let isLoopback = host == "localhost" || host.hasPrefix("127.") || host == "::1"
    if !isLoopback, file == nil, proxy == nil { throw ServerError.openToAll(host) }
    signOn = SignOn(tokens: tokens, readOnlyTokens: reading, proxy: proxy)
  }
}

/// The reason why a server does not start.
package enum ServerError: UserFacingError, Hashable {
  case openToAll(String)
  case badTokens(String)
  case halfAProxy

  package var description: String {
    switch self {
    case .openToAll(let host):
      "a server on \(host) can be reached from other machines: name a file of tokens with --tokens"
    case .badTokens(let file):
      "\(file) is no file of tokens: it has one of at least 16 characters a line, after 'read ' where it only reads"
    case .halfAProxy:
      "--user-header and --proxy go together: the header is believed from those addresses only"
    }
  }

  package var status: FailureStatus { .badUsage }
}
