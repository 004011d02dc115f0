import Files
import Glibc

/// Writes a Parquet file, a row group at a time.
///
///     let writer = try ParquetWriter(path: "rows.parquet", columns: [ColumnSchema("size", .double)])
///     try writer.write([ColumnData(.doubles([1.5, 2]))])
///     try writer.finish()
package final class ParquetWriter {
  package let columns: [ColumnSchema]
  private let options: ParquetOptions
  private let path: String
  private let file: OpenFile?
  private let system: SystemCalls
  /// What was written where there is no file.
  private var memory: [UInt8] = []
  private var offset = 0
  private var metadata = FileMetadata()
  private let encoder: ChunkWriter
  /// Rows that do not fill a row group yet.
  private var pending: [ColumnData]
  private var pendingCount = 0
  /// Why the file is no good, or that it is finished.
  private var end: Fault?

  /// Creates the file, or empties it.
  package convenience init(
    path: String, columns: [ColumnSchema], options: ParquetOptions = ParquetOptions(),
    system: SystemCalls = SystemCalls()
  ) throws(ParquetError) {
    do throws(FileError) {
      let file = try OpenFile(path, O_WRONLY | O_CREAT | O_TRUNC, .create, system)
      self.init(consume file, path, columns, options, system)
    } catch {
      throw ParquetError(path: path, .file(error))
    }
    try begin()
  }

  private init(
    _ file: consuming OpenFile?, _ path: String, _ columns: [ColumnSchema], _ options: ParquetOptions,
    _ system: SystemCalls
  ) {
    precondition(1...2 ~= options.pageVersion, "pages have version 1 or 2")
    precondition(options.rowsPerGroup > 0 && options.rowsPerPage > 0 && options.bytesPerPage > 0, "a size of 0")
    self.file = file
    self.path = path
    self.system = system
    self.columns = columns
    self.options = options
    encoder = ChunkWriter(options)
    pending = columns.map { ColumnData(emptyOf: $0.type) }
    metadata.columns = columns
    metadata.keyValues = options.keyValues
    metadata.createdBy = "rlrun"
  }

  /// The bytes of a file with these columns.
  package static func bytes(
    _ columns: [(ColumnSchema, ColumnData)], options: ParquetOptions = ParquetOptions()
  ) throws(ParquetError) -> [UInt8] {
    let writer = ParquetWriter(nil, "", columns.map(\.0), options, SystemCalls())
    try writer.begin()
    try writer.write(columns.map(\.1))
    try writer.finish()
    return writer.memory
  }

  /// Appends rows: a column each of the schema, all of one length. Where they are split does not show in the file.
  package func write(_ data: [ColumnData]) throws(ParquetError) {
    try check(data)
    let count = data.first?.count ?? 0
    var row = 0
    while row < count {
      if pendingCount == 0 && count - row >= options.rowsPerGroup {
        try writeGroup(data, row..<row + options.rowsPerGroup)
        row += options.rowsPerGroup
        continue
      }
      let taken = min(count - row, options.rowsPerGroup - pendingCount)
      for i in columns.indices { pending[i].append(data[i], rows: row..<row + taken) }
      pendingCount += taken
      row += taken
      if pendingCount == options.rowsPerGroup { try writePending() }
    }
  }

  /// Ends the row group, though it may have more rows: a reader holds one of a column in memory.
  package func endGroup() throws(ParquetError) {
    if let end { throw ParquetError(path: path, end) }
    if pendingCount > 0 { try writePending() }
  }

  /// Writes what is left and the metadata; without it the file cannot be read.
  package func finish() throws(ParquetError) {
    if let end { throw ParquetError(path: path, end) }
    if pendingCount > 0 { try writePending() }
    let footer = metadata.written()
    var length = UInt32(footer.count).littleEndian
    let tail = withUnsafeBytes(of: &length) { Array($0) } + Array("PAR1".utf8)
    try append(footer + tail)
    end = .unsuitable("the file is finished")
  }

  private func begin() throws(ParquetError) {
    for column in columns {
      let type = column.type
      let isFixed = type.physical == .fixedLengthByteArray
      guard type.physical != .int96, type.isSound, column.refusal == nil, !isFixed || type.length > 0 else {
        throw ParquetError(path: path, column: column.name, .unsuitable("a column of this type cannot be written"))
      }
    }
    try append(Array("PAR1".utf8))
  }

  private func check(_ data: [ColumnData]) throws(ParquetError) {
    if let end { throw ParquetError(path: path, end) }
    guard data.count == columns.count else {
      throw ParquetError(path: path, .unsuitable("rows of \(data.count) columns for a file of \(columns.count)"))
    }
    for (column, schema) in zip(data, columns) {
      func unsuitable(_ problem: String) -> ParquetError {
        ParquetError(path: path, column: schema.name, .unsuitable(problem))
      }
      guard column.count == data[0].count else {
        throw unsuitable("it has \(column.count) rows, and the first column \(data[0].count)")
      }
      guard column.fits(schema.type) else { throw unsuitable("its values are not of the type of the column") }
      guard schema.isOptional || column.validity?.allSatisfy({ $0 }) ?? true else {
        throw unsuitable("it has nulls and must not")
      }
    }
  }

  private func writePending() throws(ParquetError) {
    try writeGroup(pending, 0..<pendingCount)
    pending = columns.map { ColumnData(emptyOf: $0.type) }
    pendingCount = 0
  }

  private func writeGroup(_ data: [ColumnData], _ rows: Range<Int>) throws(ParquetError) {
    var group = RowGroup()
    group.rowCount = rows.count
    for (column, schema) in zip(data, columns) {
      var chunk: ColumnChunk
      do throws(Fault) {
        chunk = try encoder.encode(column, rows: rows, as: schema)
      } catch {
        end = error
        throw ParquetError(path: path, column: schema.name, error)
      }
      chunk.dataPageOffset += offset
      chunk.dictionaryPageOffset = chunk.dictionaryPageOffset.map { $0 + offset }
      try append(encoder.bytes)
      group.byteCount += chunk.uncompressedSize
      group.chunks.append(chunk)
    }
    metadata.rowGroups.append(group)
    metadata.rowCount += rows.count
  }

  private func append(_ bytes: [UInt8]) throws(ParquetError) {
    offset += bytes.count
    do throws(FileError) {
      if try file?.writeAll(bytes, system) == nil { memory.append(contentsOf: bytes) }
    } catch {
      end = .file(error)
      throw ParquetError(path: path, .file(error))
    }
  }
}

extension ColumnData {
  /// Whether a column of this type may have such values.
  fileprivate func fits(_ type: ColumnType) -> Bool {
    switch (values, type.physical) {
    case (.booleans, .boolean), (.int32s, .int32), (.int64s, .int64), (.floats, .float), (.doubles, .double),
      (.strings, .byteArray), (.indexed, .byteArray):
      true
    case (.fixed(let bytes, let length), .fixedLengthByteArray):
      length == type.length && bytes.count % max(length, 1) == 0
    default: false
    }
  }
}
