import Formats

/// Sections with pictures and tables as a page that needs nothing else, light or dark as its reader has it.
package struct SectionedPage: Sendable {
  package enum Part: Sendable {
    case text(String)
    case picture(ChartDrawing)
    /// The head, then rows.
    case table([[String]])
    /// What a reader is to take away, a paragraph each.
    case lead([String])
    case list([String])
    /// Numbered: what to do, and why.
    case steps([(action: String, reason: String)])
    /// Lines as they are typed.
    case code([String])
  }

  package var title: String
  package var explanation: String
  package var sections: [(heading: String, parts: [Part])] = []

  package init(title: String, explanation: String) { (self.title, self.explanation) = (title, explanation) }

  package mutating func add(_ heading: String, _ parts: [Part]) { sections.append((heading, parts)) }

  /// The HTML document.
  package var html: String {
    let body = sections.map { section in
      "<h2>\(section.heading.escapedForXML)</h2>\n" + section.parts.map(Self.html).joined(separator: "\n")
    }
    return HTMLPage(title: title, explanation: explanation).document(body.joined(separator: "\n"))
  }

  private static func html(_ part: Part) -> String {
    switch part {
    case .text(let text): return "<p>\(text.escapedForXML)</p>"
    case .picture(let drawing):
      return "<figure style=\"margin:0 0 1rem\">\n\(SVGPainter.element(drawing))\n</figure>"
    case .table(let rows):
      let lines = rows.enumerated().map { place, row in
        let cell = place == 0 ? "th" : "td"
        return "<tr>" + row.map { "<\(cell)>\($0.escapedForXML)</\(cell)>" }.joined() + "</tr>"
      }
      return "<div class=\"scroll\">\n<table>\n\(lines.joined(separator: "\n"))\n</table>\n</div>"
    case .lead(let paragraphs):
      return paragraphs.map { "<p class=\"lead\">\($0.escapedForXML)</p>" }.joined(separator: "\n")
    case .list(let items):
      return "<ul>\n\(items.map { "<li>\($0.escapedForXML)</li>" }.joined(separator: "\n"))\n</ul>"
    case .steps(let steps):
      let items = steps.map { "<li><strong>\($0.action.escapedForXML)</strong> \($0.reason.escapedForXML)</li>" }
      return "<ol>\n\(items.joined(separator: "\n"))\n</ol>"
    case .code(let lines):
      return "<pre><code>\(lines.map(\.escapedForXML).joined(separator: "\n"))</code></pre>"
    }
  }
}
