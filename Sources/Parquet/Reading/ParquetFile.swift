import Files
import Formats

/// A Parquet file to read: its metadata are in memory, its values are read a column chunk at a time.
///
///     let file = try ParquetFile(path: "rows.parquet")
///     for group in 0..<file.rowGroupCount {
///       let sizes = try file.read(rowGroup: group, column: 0).numbers(file.columns[0].type)
///     }
package struct ParquetFile: Sendable {
  package let path: String
  /// All columns; those with a `refusal` cannot be read.
  package let columns: [ColumnSchema]
  package let rowCount: Int
  package let keyValues: [KeyValue]
  /// The program that wrote the file, in its own words.
  package let createdBy: String?
  /// The most bytes that a page or a column chunk may take in memory.
  package var memoryLimit: Int
  private let rowGroups: [RowGroup]
  private let bytes: FileBytes
  /// Where the pages end and the metadata begin.
  private let end: Int

  package init(
    path: String, memoryLimit: Int = PhysicalMemory.half, system: SystemCalls = SystemCalls()
  ) throws(ParquetError) {
    do throws(Fault) {
      try self.init(try FileBytes(path: path, system: system), path: path, memoryLimit: memoryLimit)
    } catch {
      throw ParquetError(path: path, error)
    }
  }

  package init(bytes: [UInt8], memoryLimit: Int = PhysicalMemory.half) throws(ParquetError) {
    do throws(Fault) {
      try self.init(FileBytes(bytes), path: "", memoryLimit: memoryLimit)
    } catch {
      throw ParquetError(path: "", error)
    }
  }

  private init(_ bytes: FileBytes, path: String, memoryLimit: Int) throws(Fault) {
    let tail = PaddedBytes()
    guard bytes.count >= 12 else { throw .notParquet }
    tail.reserve(12)
    try bytes.read(at: 0, 4, into: tail.start)
    try bytes.read(at: bytes.count - 8, 8, into: tail.start + 4)
    let marks = UnsafeRawBufferPointer(start: tail.start, count: 12)
    if marks[8..<12].elementsEqual("PARE".utf8) {
      throw .unsupported("the file is encrypted, which is not supported")
    }
    guard marks[0..<4].elementsEqual("PAR1".utf8), marks[8..<12].elementsEqual("PAR1".utf8) else { throw .notParquet }
    let length = Int(UInt32(littleEndian: (tail.start + 4).loadUnaligned(as: UInt32.self)))
    guard length <= bytes.count - 12 else { throw .damaged("its metadata are longer than the file") }
    // In memory they are some thirty times as large as on disk at most.
    guard length <= memoryLimit / 32 else { throw .tooLarge(bytes: length * 32, limit: memoryLimit) }
    end = bytes.count - 8 - length
    tail.reserve(length)
    try bytes.read(at: end, length, into: tail.start)
    let metadata = try FileMetadata(ByteCursor(tail.start, count: length))
    columns = metadata.columns
    rowCount = metadata.rowCount
    rowGroups = metadata.rowGroups
    keyValues = metadata.keyValues
    createdBy = metadata.createdBy
    self.bytes = bytes
    self.path = path
    self.memoryLimit = memoryLimit
  }

  package var rowGroupCount: Int { rowGroups.count }

  /// Traps where there is no such row group.
  package func rowCount(ofGroup group: Int) -> Int { rowGroups[group].rowCount }

  /// What the file says of a column chunk; nil where it says nothing. Traps where there is no such chunk.
  package func statistics(rowGroup: Int, column: Int) -> ColumnStatistics? {
    columns[column].refusal == nil ? rowGroups[rowGroup].chunks[columns[column].leaf].statistics : nil
  }

  /// The values of a column in a row group; with `keepingDictionary` strings are `indexed` where the whole chunk has a
  /// dictionary. Traps where there is no such chunk; throws for a nested column.
  package func read(
    rowGroup: Int, column: Int, keepingDictionary: Bool = false
  ) throws(ParquetError) -> ColumnData {
    let schema = columns[column]
    do throws(Fault) {
      if let refusal = schema.refusal { throw .unsupported(refusal) }
      let group = rowGroups[rowGroup]
      // Where there are no rows, there need not be pages.
      if group.rowCount == 0 { return ColumnData(emptyOf: schema.type) }
      let chunk = group.chunks[schema.leaf]
      guard chunk.isEncrypted || chunk.physical == schema.type.physical.rawValue else {
        throw .damaged("a column chunk has another type than the schema says")
      }
      func decoder() throws(Fault) -> ChunkDecoder {
        let pages = try PageReader(
          bytes, chunk, rows: group.rowCount, isOptional: schema.isOptional, end: end, limit: memoryLimit)
        return ChunkDecoder(schema.type, pages, rows: group.rowCount, limit: memoryLimit)
      }
      if keepingDictionary, schema.type.physical == .byteArray, let data = try decoder().decodeStrings() { return data }
      return try decoder().decode()
    } catch {
      throw ParquetError(path: path, column: schema.name, error)
    }
  }

  /// The values of a column in all row groups.
  package func read(column: Int) throws(ParquetError) -> ColumnData {
    var data = ColumnData(emptyOf: columns[column].type)
    for group in 0..<rowGroupCount {
      let part = try read(rowGroup: group, column: column)
      if rowGroupCount == 1 { return part }
      data.append(part, rows: 0..<part.count)
    }
    return data
  }
}
