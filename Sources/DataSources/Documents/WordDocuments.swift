/// Word's documents: their paragraphs, or one of their tables.
package enum WordDocuments: DataSource {
  package static let name = "docx"
  package static let summary = "Word documents"
  package static let suffixes = ["docx", "docm", "dotx", "dotm", "doc"]
  package static let options: Set<SourceOption> = [.table]

  package static func recognises(_ sample: FileSample) -> Bool { sample.holds("word/") }

  package static func open(
    _ location: DataLocation, options: SourceOptions
  ) throws(DataSourceError) -> any RecordSource {
    let document = try OfficePackage(location.path, kind: "Word document", folder: "word/")
    do throws(DataSourceError) {
      guard let table = options.table else { return try DocumentParagraphs(document, name: location.name) }
      guard let number = Int(table), number >= 1 else {
        throw DataSourceError("a table of a document is named by its number, from 1, not '\(table)'", status: .badUsage)
      }
      return try DocumentTable(document, number: number)
    } catch {
      throw error.of(location.path)
    }
  }
}
