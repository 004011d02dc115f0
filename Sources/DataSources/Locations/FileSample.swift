import Datasets

/// The beginning of a file, by which formats recognise it.
package struct FileSample: Sendable {
  let path: String
  /// The first bytes, expanded.
  let start: [UInt8]
  let isCompressed: Bool

  init(_ path: String) throws(DataSourceError) {
    self.path = path
    do throws(DatasetError) {
      let source = try ByteSource(path)
      isCompressed = source.compression != nil
      start = try source.start(4096)
    } catch {
      throw DataSourceError(error, location: path)
    }
  }

  /// Whether it is a ZIP archive with a file whose name begins so.
  func holds(_ prefix: String) -> Bool {
    guard !isCompressed, start.starts(with: [0x50, 0x4B, 0x03, 0x04]), let archive = try? ZipArchive(path) else {
      return false
    }
    return archive.names.contains { $0.hasPrefix(prefix) }
  }
}
