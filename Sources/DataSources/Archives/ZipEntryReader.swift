import Formats

/// The bytes of one file in a ZIP archive, expanded as they are read and checked at their end.
final class ZipEntryReader {
  private let archive: ZipArchive
  private let name: String
  private let entry: ZipArchive.Entry
  private let start: Int
  private let expander: Expander?
  private var consumed = 0
  private var produced = 0
  private var checksum: UInt32 = 0

  /// A file that expands to more than this is taken for a bomb if it was packed this many times smaller.
  private static let (suspectSize, suspectRatio) = (1 << 26, 200)

  init(_ archive: ZipArchive, name: String, _ entry: ZipArchive.Entry, start: Int) {
    (self.archive, self.name, self.entry, self.start) = (archive, name, entry, start)
    expander = entry.method == 8 ? Expander(.deflate) : nil
  }

  /// Writes the next bytes; returns how many, 0 at the end.
  func read(into room: UnsafeMutableRawBufferPointer) throws(DataSourceError) -> Int {
    let count: Int
    if let expander {
      count = try expander.read(into: room) { (room) throws(DataSourceError) in
        try readStored(into: room)
      } failing: { _ in
        damaged
      }
    } else {
      count = try readStored(into: room)
    }
    if count == 0 {
      guard produced == entry.size, checksum == entry.crc else { throw damaged }
      return 0
    }
    checksum = Deflate.crc32(UnsafeRawBufferPointer(rebasing: room[..<count]), after: checksum)
    produced += count
    guard produced <= entry.size else { throw damaged }
    if produced > Self.suspectSize, produced / Self.suspectRatio > max(consumed, 1) {
      throw archive.damaged(
        "'\(name)' in it expands to more than \(Self.suspectRatio) times its size, as if to fill the memory")
    }
    return count
  }

  private var damaged: DataSourceError { archive.damaged("'\(name)' in it is damaged") }

  private func readStored(into room: UnsafeMutableRawBufferPointer) throws(DataSourceError) -> Int {
    let count = min(room.count, entry.compressedSize - consumed)
    if count > 0 { room.copyBytes(from: try archive.read(start + consumed, count)) }
    consumed += count
    return count
  }

  /// All of them, where they are at most `limit`.
  func contents(limit: Int) throws(DataSourceError) -> [UInt8] {
    var bytes: [UInt8] = []
    while true {
      let start = bytes.count
      bytes += [UInt8](repeating: 0, count: 1 << 16)
      let count = try read(into: &bytes, from: start)
      bytes.removeLast((1 << 16) - count)
      if count == 0 { return bytes }
      guard bytes.count <= limit else { throw archive.damaged("'\(name)' in it has more than \(limit >> 20) MiB") }
    }
  }

  /// Fills an array from a place on.
  func read(into bytes: inout [UInt8], from start: Int) throws(DataSourceError) -> Int {
    var (count, failure): (Int, DataSourceError?) = (0, nil)
    bytes.withUnsafeMutableBytes { bytes in
      do throws(DataSourceError) {
        count = try read(into: UnsafeMutableRawBufferPointer(rebasing: bytes[start...]))
      } catch { failure = error }
    }
    if let failure { throw failure }
    return count
  }
}
