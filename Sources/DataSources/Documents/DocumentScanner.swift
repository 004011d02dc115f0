/// Reads the paragraphs and tables of a document's body, in their order.
struct DocumentScanner {
  enum Block { case paragraph, table }

  private var xml: XMLReader
  /// The text of the last paragraph.
  private(set) var text: [UInt8] = []
  /// The id of its style; empty for the default one.
  private(set) var style = ""
  private static let mostCells = 16_384

  init(_ document: OfficePackage) throws(DataSourceError) {
    guard let xml = try document.read(document.main) else { throw DataSourceError("the document has no body") }
    self.xml = xml
  }

  /// Goes to the next paragraph, whose text is read, or table, which is to be read or skipped next; nil at the end.
  mutating func next() throws(DataSourceError) -> Block? {
    while true {
      switch try xml.next() {
      case .start where xml.isNamed("tbl"): return .table
      case .start where xml.isNamed("p"):
        text.removeAll(keepingCapacity: true)
        try readParagraph()
        return .paragraph
      case .start where Self.isPassedOver(xml): try xml.skipElement()
      case .finished: return nil
      default: continue
      }
    }
  }

  mutating func skipTable() throws(DataSourceError) { try xml.skipElement() }

  /// The cells of the next row of the table that was gone to; nil at its end. One that another one covers is empty.
  mutating func nextRow() throws(DataSourceError) -> [String]? {
    while true {
      switch try xml.next() {
      case .start where xml.isNamed("tr"): return try readRow()
      case .start where xml.isNamed("tbl"): try xml.skipElement()
      case .end where xml.isNamed("tbl"): return nil
      case .finished: throw DataSourceError("the document is cut off")
      default: continue
      }
    }
  }

  private mutating func readRow() throws(DataSourceError) -> [String] {
    let outside = xml.depth - 1
    var cells: [String] = []
    while xml.depth > outside {
      guard case .start = try xml.next() else { continue }
      if xml.isNamed("tc") {
        try readCell(into: &cells)
      } else if xml.isNamed("gridBefore") {
        try append("", times: number("val") ?? 1, to: &cells)
      }
    }
    return cells
  }

  private mutating func readCell(into cells: inout [String]) throws(DataSourceError) {
    let outside = xml.depth - 1
    var (span, isCovered, paragraphs) = (1, false, 0)
    text.removeAll(keepingCapacity: true)
    while xml.depth > outside {
      guard case .start = try xml.next() else { continue }
      if xml.isNamed("gridSpan") {
        span = number("val") ?? 1
      } else if xml.isNamed("vMerge") {
        isCovered = xml.attribute("val").map { !$0.elementsEqual("restart".utf8) } ?? true
      } else if xml.isNamed("p") {
        if paragraphs > 0 { text.append(UInt8(ascii: "\n")) }
        paragraphs += 1
        try readParagraph()
      } else if Self.isPassedOver(xml) {
        try xml.skipElement()
      }
    }
    try append(isCovered ? "" : String(decoding: text, as: UTF8.self), times: 1, to: &cells)
    try append("", times: span - 1, to: &cells)
  }

  private func number(_ attribute: StaticString) -> Int? {
    xml.attribute(attribute).flatMap { Int(String(decoding: $0, as: UTF8.self)) }
  }

  private func append(_ text: String, times count: Int, to cells: inout [String]) throws(DataSourceError) {
    guard count <= Self.mostCells, cells.count < Self.mostCells else {
      throw DataSourceError("a table of the document has a row of more than \(Self.mostCells) cells")
    }
    cells.append(contentsOf: repeatElement(text, count: max(0, count)))
  }

  /// Appends the text of the paragraph that has just begun.
  private mutating func readParagraph() throws(DataSourceError) {
    let outside = xml.depth - 1
    var isText = false
    style = ""
    while xml.depth > outside {
      switch try xml.next() {
      case .start:
        isText = false
        if xml.isNamed("t") {
          isText = true
        } else if xml.isNamed("tab") {
          text.append(UInt8(ascii: "\t"))
        } else if xml.isNamed("tabs") {
          try xml.skipElement()
        } else if xml.isNamed("br") || xml.isNamed("cr") {
          text.append(UInt8(ascii: "\n"))
        } else if xml.isNamed("noBreakHyphen") {
          text += Array("\u{2011}".utf8)
        } else if xml.isNamed("pStyle") {
          style = try xml.attributeText("val") ?? ""
        } else if Self.isPassedOver(xml) {
          try xml.skipElement()
        }
      case .text: if isText { text += xml.text }
      case .end: isText = false
      case .finished: throw DataSourceError("the document is cut off")
      }
    }
  }

  /// Pictures and text boxes, the second form of what has two, and what was moved or deleted while changes are tracked.
  private static func isPassedOver(_ xml: XMLReader) -> Bool {
    xml.isNamed("drawing") || xml.isNamed("pict") || xml.isNamed("object") || xml.isNamed("Fallback")
      || xml.isNamed("moveFrom") || xml.isNamed("del") || xml.isNamed("pPrChange") || xml.isNamed("rPrChange")
  }
}
