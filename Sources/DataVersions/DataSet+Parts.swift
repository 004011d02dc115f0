import Files
import Formats
import Glibc
import Parquet

extension DataSet {
  /// Writes rows into a file that is named after its bytes; where it is there already, nothing is written.
  func writePart(
    _ data: [ColumnData], _ schema: [ColumnSchema], _ options: ParquetOptions
  ) throws(DataRepositoryError) -> DataVersion.Part {
    let system = SystemCalls()
    var unfinished = UnfinishedFile(beside: partsFolder + "/part", system)
    try inParquet { () throws(ParquetError) in
      let writer = try ParquetWriter(path: unfinished.path, columns: schema, options: options)
      try writer.write(data)
      try writer.finish()
    }
    let (sha256, bytes) = try Self.digest(unfinished.path)
    let part = DataVersion.Part(sha256: sha256, rows: data[0].count, bytes: bytes)
    if Folder.holds(path(of: part)) { return part }
    let file = try onDisk { () throws(FileError) in try OpenFile(unfinished.path, O_RDONLY, .write) }
    do throws(FileError) {
      try unfinished.finish(as: path(of: part), file.descriptor)
    } catch {
      throw .file(error)
    }
    return part
  }

  /// The SHA-256 of a file, and its size.
  package static func digest(_ path: String) throws(DataRepositoryError) -> (sha256: String, bytes: Int) {
    try onDisk { () throws(FileError) in
      let file = try OpenFile(path, O_RDONLY, .read)
      var stream = SHA256.Stream()
      let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
      defer { buffer.deallocate() }
      while true {
        let count = try file.readNext(into: buffer)
        if count == 0 { return (stream.hexadecimal(), stream.count) }
        stream.add(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      }
    }
  }
}
