/// The path and the query of a request's first line, taken apart once: what a handler gets needs no more checking.
package struct RequestTarget: Sendable {
  package var path: [String]
  package var query: WebForm

  /// Throws `WebError` for what is no plain path: relative or absolute addresses, `..` in any spelling, slashes or control
  /// characters that are hidden by an encoding, bytes that are no UTF-8.
  package init(_ target: String) throws(WebError) {
    guard target.hasPrefix("/") else { throw WebError(400, "the request's target is not a path") }
    let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    path = []
    for part in parts[0].split(separator: "/") {
      guard let bytes = PercentCoding.decode(Array(part.utf8)), let name = String(validating: bytes, as: UTF8.self)
      else { throw WebError(400, "the path is not encoded as UTF-8") }
      let isPlain =
        name != "." && name != ".." && !name.contains("/") && !name.contains("\\")
        && !name.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F }
      guard isPlain else { throw WebError(400, "the path has a part that is no name") }
      path.append(name)
    }
    query = parts.count > 1 ? WebForm(encoded: String(parts[1])) : WebForm()
  }
}
