/// JSON: an array of objects, or objects one after another as JSON Lines has them. An object is a row.
package enum JSONObjects: DataSource {
  package static let name = "json"
  package static let summary = "JSON and JSON Lines, also compressed with gzip or Zstandard"
  package static let suffixes = ["json", "jsonl", "ndjson"]
  package static let options: Set<SourceOption> = [.encoding]

  /// An object or an array of them begins. Not of a text whose name says that it is one.
  package static func recognises(_ sample: FileSample) -> Bool {
    if SourceCatalogue.format(named: sample.path)?.name == PlainText.name { return false }
    let start = sample.start.filter { $0 > 32 }.prefix(2)
    return ["{\"", "{}", "[{"].contains { start.elementsEqual($0.utf8) }
  }

  package static func open(
    _ location: DataLocation, options: SourceOptions
  ) throws(DataSourceError) -> any RecordSource {
    try JSONRecords(location.path, options: options)
  }
}
