/// The rows of a CSV file as the texts that stand there, one after another, the header's included.
package struct CSVRows: ~Copyable {
  private var records: CSVRecords
  /// The header's number of fields; nil before the first row.
  private var width: Int?

  /// Throws `unreadable`.
  package init(_ path: String, format: CSVFormat = CSVFormat()) throws(DatasetError) {
    records = try CSVRecords(.file(path: path), format: format)
  }

  /// The next row's fields; nil at the end. Blank lines are passed over as `Table` passes them over.
  /// Throws `badRow`.
  package mutating func next() throws(DatasetError) -> [String]? {
    while try records.next() {
      let isBlank = records.fields.count == 1 && records.fields[0].start == records.fields[0].end
      if isBlank && width != 1 { continue }
      if width == nil { width = records.fields.count }
      return records.fields.map { field in
        String(
          decoding: UnsafeBufferPointer(
            rebasing: UnsafeBufferPointer(
              start: records.buffer, count: field.end)[field.start...]), as: UTF8.self)
      }
    }
    return nil
  }
}
