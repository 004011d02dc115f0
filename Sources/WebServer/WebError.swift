/// An answer that is no success: a status of HTTP and a sentence for whoever asked.
package struct WebError: Error, Sendable, Hashable, CustomStringConvertible {
  package var status: Int
  package var message: String
  package var headers: [String: String] = [:]
  /// The connection is closed afterwards: what it still holds cannot be trusted, or is too long to be read.
  package var closes = false

  package init(_ status: Int, _ message: String, headers: [String: String] = [:], closes: Bool = false) {
    (self.status, self.message, self.headers, self.closes) = (status, message, headers, closes)
  }

  package var description: String { message }
}
