/// A document's paragraphs that are not empty, outside of tables.
final class DocumentParagraphs: RecordSource {
  let columns = ["paragraph", "style", "text"]
  private let path: String
  private let name: String
  private var scanner: DocumentScanner
  private let styles: DocumentStyles
  private var paragraph = 0
  private var tables = 0

  init(_ document: OfficePackage, name: String) throws(DataSourceError) {
    (path, self.name) = (document.archive.path, name)
    styles = try DocumentStyles(document)
    scanner = try DocumentScanner(document)
  }

  var place: String { "paragraph \(paragraph)" }
  var remarks: [String] {
    tables == 0 ? ["paragraphs"] : ["paragraphs", "\(counted(tables, "table")) passed over"]
  }

  func next(_ row: inout [Cell]) throws(DataSourceError) -> Bool {
    do throws(DataSourceError) {
      while let block = try scanner.next() {
        guard block == .paragraph else {
          tables += 1
          try scanner.skipTable()
          continue
        }
        paragraph += 1
        if scanner.text.isEmpty { continue }
        row.removeAll(keepingCapacity: true)
        row.append(.integer(Int64(paragraph)))
        row.append(.nonempty(styles.name(scanner.style)))
        row.append(.text(String(decoding: scanner.text, as: UTF8.self)))
        return true
      }
      return false
    } catch {
      throw error.of(path, place: "after paragraph \(paragraph)")
    }
  }
}

/// What a document's styles of paragraphs are called.
struct DocumentStyles {
  private var names: [String: String] = [:]
  private var defaultName = ""

  init(_ document: OfficePackage) throws(DataSourceError) {
    guard let part = try document.relationships().first(where: { $0.type == "styles" }),
      var xml = try document.read(part.target)
    else { return }
    var (id, isDefault) = ("", false)
    while true {
      switch try xml.next() {
      case .start where xml.isNamed("style"):
        let isParagraph = try xml.attributeText("type") == "paragraph"
        id = isParagraph ? try xml.attributeText("styleId") ?? "" : ""
        let mark = try xml.attributeText("default")
        isDefault = isParagraph && ["1", "true", "on"].contains(mark)
      case .start where xml.isNamed("name"):
        let name = try xml.attributeText("val") ?? ""
        if !id.isEmpty { names[id] = name }
        if isDefault { defaultName = name }
      case .end where xml.isNamed("style"): (id, isDefault) = ("", false)
      case .finished: return
      default: continue
      }
    }
  }

  /// Of an id; one that is not defined is its own name.
  func name(_ id: String) -> String { id.isEmpty ? defaultName : names[id] ?? id }
}
