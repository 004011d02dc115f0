/// Texts: a row for each line, each paragraph or the whole file.
package enum PlainText: DataSource {
  package static let name = "text"
  package static let summary = "texts, also compressed with gzip or Zstandard"
  package static let suffixes = ["txt", "text", "md", "log"]
  package static let options: Set<SourceOption> = [.textUnit, .encoding]

  package static func open(
    _ location: DataLocation, options: SourceOptions
  ) throws(DataSourceError) -> any RecordSource {
    try TextRecords(location, unit: options.textUnit ?? .line, encoding: options.encoding)
  }
}
