/// A table of a document; its first row has the columns' names.
final class DocumentTable: RecordSource {
  let columns: [String]
  private let path: String
  private let number: Int
  private let renamed: Int
  private var scanner: DocumentScanner
  private var row = 1
  private var isFinished = false

  init(_ document: OfficePackage, number: Int) throws(DataSourceError) {
    (path, self.number) = (document.archive.path, number)
    // A row may be longer than the header.
    var survey = try Self.scanner(document, number)
    var (header, width): ([String], Int) = (try survey.nextRow() ?? [], 0)
    while let row = try survey.nextRow() { width = max(width, row.count) }
    header += Array(repeating: "", count: max(0, width - header.count))
    guard !header.isEmpty else { throw DataSourceError("table \(number) is empty") }
    (columns, renamed) = distinctNames(header.map { Cell.text($0).name })
    scanner = try Self.scanner(document, number)
    _ = try scanner.nextRow()
  }

  /// At the beginning of the table.
  private static func scanner(_ document: OfficePackage, _ number: Int) throws(DataSourceError) -> DocumentScanner {
    var scanner = try DocumentScanner(document)
    var count = 0
    while let block = try scanner.next() {
      guard block == .table else { continue }
      count += 1
      if count == number { return scanner }
      try scanner.skipTable()
    }
    throw DataSourceError("there is no table \(number): the document has \(count)", status: .badUsage)
  }

  var place: String { "row \(row) of table \(number)" }
  var remarks: [String] {
    let renaming = "\(counted(renamed, "column")) renamed, as the header repeats or lacks a name"
    return ["table \(number)"] + (renamed > 0 ? [renaming] : [])
  }

  func next(_ cells: inout [Cell]) throws(DataSourceError) -> Bool {
    if isFinished { return false }
    do throws(DataSourceError) {
      while let texts = try scanner.nextRow() {
        row += 1
        if texts.allSatisfy(\.isEmpty) { continue }
        cells.removeAll(keepingCapacity: true)
        for index in columns.indices { cells.append(index < texts.count ? .nonempty(texts[index]) : .missing) }
        return true
      }
      isFinished = true
      return false
    } catch {
      throw error.of(path, place: place)
    }
  }
}
