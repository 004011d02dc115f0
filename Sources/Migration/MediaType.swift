/// Media types by the ends of names.
package enum MediaType {
  private static let known = [
    "txt": "text/plain", "log": "text/plain", "md": "text/markdown", "csv": "text/csv", "json": "application/json",
    "yaml": "application/yaml", "yml": "application/yaml", "html": "text/html", "svg": "image/svg+xml",
    "png": "image/png",
    "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif", "pdf": "application/pdf",
  ]

  package static func of(_ name: String) -> String {
    known[name.split(separator: ".").last.map { $0.lowercased() } ?? ""] ?? "application/octet-stream"
  }
}
