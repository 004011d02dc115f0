import Files
import Parquet

/// Values of bytes on their way from a source into a data set: in a temporary file, so that one at a time is in memory.
final class ByteSpool {
  private let file: TemporaryFile
  private let column: String
  private let writer: ParquetWriter
  private var rows = 0
  /// Of the values that are not in the file yet.
  private var pending = ByteStrings()
  private static let most = 16 << 20

  init(_ column: String) throws {
    self.column = column
    file = try TemporaryFile(suffix: ".parquet")
    var options = ParquetOptions()
    (options.compression, options.hasDictionaries, options.hasChecksums) = (.none, false, false)
    writer = try ParquetWriter(
      path: file.path, columns: [ColumnSchema(column, .bytes, isOptional: false)], options: options)
  }

  /// Takes a value, and returns where it is.
  func append(_ bytes: [UInt8]) throws -> ByteReference {
    pending.append(bytes)
    rows += 1
    if pending.bytes.count >= Self.most { try flush() }
    return ByteReference(path: file.path, column: column, row: rows - 1)
  }

  func finish() throws {
    try flush()
    try writer.finish()
  }

  private func flush() throws {
    try writer.write([ColumnData(.strings(pending))])
    try writer.endGroup()
    pending = ByteStrings()
  }
}
