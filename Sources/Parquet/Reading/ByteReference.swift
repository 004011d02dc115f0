import Files

/// Where a value of bytes lies, in place of bytes that are not to be in memory: a row, from 0, of a column of a Parquet file. As
/// text it can stand in a table: `parts/9f….parquet#image:17`.
package struct ByteReference: Hashable, Sendable {
  package var path: String
  package var column: String
  package var row: Int

  package init(path: String, column: String, row: Int) { (self.path, self.column, self.row) = (path, column, row) }

  /// nil for any other text.
  package init?(_ text: String) {
    guard let mark = text.lastIndex(of: "#"), let colon = text.lastIndex(of: ":"), mark < colon,
      text[..<mark].hasSuffix(".parquet"), let row = Int(text[text.index(after: colon)...]), row >= 0
    else { return nil }
    self.init(path: String(text[..<mark]), column: String(text[text.index(after: mark)..<colon]), row: row)
  }

  package var text: String { "\(path)#\(column):\(row)" }
}

/// Reads values of bytes by their references. It keeps the row group that it read last: neighbours are read at once.
///
///     let reader = ByteReader()
///     for text in texts { use(try ByteReference(text).map { try reader.bytes($0) }) }
package final class ByteReader {
  private var file: ParquetFile?
  private var column = 0
  private var rows = 0..<0
  private var group: ColumnData?

  package init() {}

  /// nil where the row is null.
  package func bytes(_ reference: ByteReference) throws(ParquetError) -> ArraySlice<UInt8>? {
    if file?.path != reference.path || file?.columns[column].name != reference.column { try open(reference) }
    if group == nil || !rows.contains(reference.row) { try load(reference) }
    guard let group, case .strings(let strings) = group.values else { return nil }
    let row = reference.row - rows.lowerBound
    return group.isNull(row) ? nil : strings[row]
  }

  private func open(_ reference: ByteReference) throws(ParquetError) {
    (file, group) = (nil, nil)
    let opened = try ParquetFile(path: reference.path)
    guard
      let place = opened.columns.firstIndex(where: { $0.name == reference.column && $0.type.physical == .byteArray })
    else {
      throw ParquetError(
        path: reference.path, column: reference.column, .unsuitable("there is no such column of bytes"))
    }
    (file, column) = (opened, place)
  }

  private func load(_ reference: ByteReference) throws(ParquetError) {
    group = nil
    guard let file else { return }
    var first = 0
    for number in 0..<file.rowGroupCount {
      let count = file.rowCount(ofGroup: number)
      if reference.row < first + count {
        group = try file.read(rowGroup: number, column: column)
        rows = first..<first + count
        return
      }
      first += count
    }
    throw ParquetError(
      path: reference.path, column: reference.column,
      .unsuitable("it has \(first) rows, and none of number \(reference.row)"))
  }
}
