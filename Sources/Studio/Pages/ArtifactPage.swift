import Formats
import Tracker
import WebServer

/// An artifact as something to look at: text, a table, an image, or a page in a sandbox.
struct ArtifactPage {
  private let record: RunRecord
  private let artifact: ArtifactRecord
  private let bytes: [UInt8]

  /// Bytes and rows that are shown; the file has the rest.
  private static let textLimit = 256 << 10
  private static let rowLimit = 200

  init(_ record: RunRecord, _ name: String, _ store: Store) throws {
    guard let artifact = record.artifacts.last(where: { $0.name == name }) else {
      throw WebError(404, "the run has no artifact \(name)")
    }
    (self.record, self.artifact) = (record, artifact)
    bytes = try SandboxedFile.type(of: name) == nil ? Self.beginning(of: artifact, store) : []
  }

  private static func beginning(of artifact: ArtifactRecord, _ store: Store) throws -> [UInt8] {
    let reader = try store.openArtifact(artifact)
    var bytes: [UInt8] = []
    while bytes.count < textLimit, let part = try reader.next() { bytes += part }
    return Array(bytes.prefix(textLimit))
  }

  private var path: String {
    artifact.name.split(separator: "/").map { PercentCoding.encode(String($0)) }.joined(separator: "/")
  }

  func page(_ frame: PageFrame) -> String {
    var frame = frame
    (frame.title, frame.place) = (artifact.name, .runs)
    let run = record.description.name.isEmpty ? record.id : record.description.name
    return frame.page(
      """
      <div class="title"><h1>\(artifact.name)</h1><a href="/runs/\(record.id)">\(run)</a></div>
      <p class="soft">\(Shown.size(artifact.size)) · SHA-256 <code>\(artifact.sha256)</code> · <a href="/runs/\(record.id)/artifacts/\(path)">Download</a></p>
      \(content)
      """)
  }

  private var content: HTML {
    let address = "/runs/\(record.id)/view/\(path)"
    switch SandboxedFile.type(of: artifact.name) {
    case "text/html; charset=utf-8"?:
      return "<iframe class=\"page\" sandbox title=\"\(artifact.name)\" src=\"\(address)\"></iframe>"
    case .some: return "<div class=\"picture\"><img src=\"\(address)\" alt=\"\(artifact.name)\"></div>"
    case nil: break
    }
    guard let text = String(validating: whole, as: UTF8.self), !bytes.contains(0) else {
      return "<p class=\"empty\">This is no text, table, image or page.</p>"
    }
    let cut: HTML = artifact.size > bytes.count ? "<p class=\"soft\">The beginning of it.</p>" : ""
    if artifact.name.lowercased().hasSuffix(".csv"), let table = csv(text) { return "\(cut)\(table)" }
    return "\(cut)<pre class=\"output tall\" tabindex=\"0\" aria-label=\"Text\">\(HTML.lines(text))</pre>"
  }

  /// Without half a character at the end.
  private var whole: ArraySlice<UInt8> {
    var end = bytes.count
    if artifact.size > end { while end > 0, bytes[end - 1] & 0xC0 == 0x80 { end -= 1 } }
    if artifact.size > bytes.count, end > 0, bytes[end - 1] >= 0xC0 { end -= 1 }
    return bytes[..<end]
  }

  private func csv(_ text: String) -> HTML? {
    let rows = SimpleTable.rows(of: text, limit: Self.rowLimit + 1)
    guard let head = rows.first, head.count > 1 else { return nil }
    let heads: [HTML] = head.map { "<th scope=\"col\">\($0)</th>" }
    let lines: [HTML] = rows.dropFirst().map { row in
      let cells: [HTML] = row.map { "<td>\($0)</td>" }
      return "<tr>\(cells)</tr>\n"
    }
    return
      "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Table\"><table><thead><tr>\(heads)</tr></thead><tbody>\(lines)</tbody></table></div>"
  }
}

/// Rows of comma-separated text, for looking at them.
enum SimpleTable {
  static func rows(of text: String, limit: Int) -> [[String]] {
    var (rows, row, field): ([[String]], [String], String) = ([], [], "")
    var isQuoted = false
    var characters = text.makeIterator()
    var next = characters.next()
    while let character = next, rows.count < limit {
      next = characters.next()
      if isQuoted {
        if character == "\"", next == "\"" {
          field.append("\"")
          next = characters.next()
        } else if character == "\"" {
          isQuoted = false
        } else {
          field.append(character)
        }
      } else if character == "\"" {
        isQuoted = true
      } else if character == "," {
        row.append(field)
        field = ""
      } else if character == "\n" || character == "\r\n" {
        rows.append(row + [field])
        (row, field) = ([], "")
      } else {
        field.append(character)
      }
    }
    if rows.count < limit, !row.isEmpty || !field.isEmpty { rows.append(row + [field]) }
    return rows
  }
}

/// Files of others in a browser: they run nothing, load nothing, and are of no site.
enum SandboxedFile {
  static let policy = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"

  /// Of what a browser draws by itself; nil for other files.
  static func type(of name: String) -> String? {
    switch name.split(separator: ".").last.map({ $0.lowercased() }) ?? "" {
    case "html", "htm": "text/html; charset=utf-8"
    case "svg": "image/svg+xml"
    case "png": "image/png"
    case "jpg", "jpeg": "image/jpeg"
    case "gif": "image/gif"
    default: nil
    }
  }

  static func artifact(_ name: String, in artifacts: [ArtifactRecord], _ store: Store) throws -> WebResponse {
    guard let artifact = artifacts.last(where: { $0.name == name }), let type = type(of: name) else {
      throw WebError(404, "the run has no page or image \(name)")
    }
    let reader = LentReader(try store.openArtifact(artifact))
    return WebResponse(
      headers: headers(type), body: .chunks(length: artifact.size) { try reader.next() })
  }

  static func page(_ bytes: [UInt8]) -> WebResponse {
    WebResponse(headers: headers("text/html; charset=utf-8"), body: .bytes(bytes))
  }

  private static func headers(_ type: String) -> [String: String] {
    ["Content-Type": type, "Content-Security-Policy": policy, "X-Frame-Options": "SAMEORIGIN"]
  }
}
