import Files
import Settings

/// A workbook's sheets and what its cells' values are to be taken for.
struct Workbook {
  struct Sheet {
    var name: String
    var part: String
  }

  let package: OfficePackage
  private(set) var sheets: [Sheet] = []
  private(set) var counts1904 = false
  private(set) var texts = SharedStrings()
  /// By the number of a cell's style.
  private(set) var formats: [NumberFormat] = []

  init(_ path: String, memoryLimit: Int) throws(DataSourceError) {
    package = try OfficePackage(path, kind: "Excel workbook", folder: "xl/")
    do throws(DataSourceError) {
      let parts = try package.relationships()
      try readSheets(parts)
      if let part = parts.first(where: { $0.type == "styles" }), let xml = try package.read(part.target) {
        try readFormats(xml)
      }
      if let part = parts.first(where: { $0.type == "sharedStrings" }), let xml = try package.read(part.target) {
        texts = try SharedStrings(xml, limit: memoryLimit)
      }
    } catch {
      throw error.of(path)
    }
  }

  /// A sheet by its name, else by its number from 1; the first where none is named.
  func sheet(_ name: String?) throws(DataSourceError) -> Sheet {
    guard let first = sheets.first else { throw DataSourceError("the workbook has no sheet with cells") }
    guard let name else { return first }
    if let sheet = sheets.first(where: { $0.name == name }) { return sheet }
    if let number = Int(name), sheets.indices.contains(number - 1) { return sheets[number - 1] }
    let guess = didYouMean(name, among: sheets.map(\.name))
    let list = ": the sheets are \(sheets.map { "'\($0.name)'" }.joined(separator: ", "))"
    throw DataSourceError("there is no sheet '\(name)'\(guess ?? list)", status: .badUsage)
  }

  private mutating func readSheets(_ parts: [OfficePackage.Relationship]) throws(DataSourceError) {
    guard var xml = try package.read(package.main) else { return }
    while true {
      switch try xml.next() {
      case .start where xml.isNamed("workbookPr"):
        counts1904 = ["1", "true"].contains(try xml.attributeText("date1904"))
      case .start where xml.isNamed("sheet"):
        guard let name = try xml.attributeText("name"), let id = try xml.attributeText("id"),
          let part = parts.first(where: { $0.id == id && $0.type == "worksheet" })
        else { continue }
        sheets.append(Sheet(name: name, part: part.target))
      case .finished: return
      default: continue
      }
    }
  }

  private mutating func readFormats(_ xml: consuming XMLReader) throws(DataSourceError) {
    var custom: [Int: NumberFormat] = [:]
    var isInStyles = false
    func number(_ text: String?) -> Int? { text.flatMap { Int($0) } }
    while true {
      switch try xml.next() {
      case .start where xml.isNamed("numFmt"):
        guard let id = number(try xml.attributeText("numFmtId")), let code = try xml.attributeText("formatCode") else {
          continue
        }
        custom[id] = NumberFormat(code: code)
      case .start where xml.isNamed("cellXfs"): isInStyles = true
      case .end where xml.isNamed("cellXfs"): isInStyles = false
      case .start where isInStyles && xml.isNamed("xf"):
        let id = number(try xml.attributeText("numFmtId")) ?? 0
        formats.append(custom[id] ?? NumberFormat(builtIn: id))
      case .finished: return
      default: continue
      }
    }
  }
}
