import Formats

/// Why bytes are not what they should be, in a few words.
struct UnreadableBytes: Error, Equatable { var reason: String }

/// A zip archive in memory: its files by name, stored or deflated (PKWARE's APPNOTE 6.3).
///
/// Only what is asked for is unpacked. No size is believed: deflate makes of a byte at most 1,032, so that an archive
/// cannot ask for more memory than it could fill.
struct ZipArchive {
  private struct Entry {
    var method: UInt16
    var crc: UInt32
    var compressedSize: Int
    var size: Int
    /// Where the file's own header begins.
    var offset: Int
  }

  private let bytes: [UInt8]
  private var entries: [String: Entry] = [:]
  private static let mostEntries = 1_000

  /// Whether the bytes begin as an archive does.
  static func isOne(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) }

  init(_ bytes: [UInt8]) throws(UnreadableBytes) {
    self.bytes = bytes
    guard let end = Self.endRecord(in: bytes) else {
      throw UnreadableBytes(reason: "the archive's list of files is missing")
    }
    let count = Int(bytes.word(at: end + 10, as: UInt16.self))
    var offset = Int(bytes.word(at: end + 16, as: UInt32.self))
    guard count <= Self.mostEntries else { throw UnreadableBytes(reason: "the archive has \(count) files") }
    for _ in 0..<count {
      guard offset + 46 <= end, bytes.word(at: offset, as: UInt32.self) == 0x0201_4B50 else {
        throw UnreadableBytes(reason: "the archive's list of files is damaged")
      }
      func short(_ place: Int) -> Int { Int(bytes.word(at: offset + place, as: UInt16.self)) }
      func long(_ place: Int) -> Int { Int(bytes.word(at: offset + place, as: UInt32.self)) }
      let (nameSize, extraSize, commentSize) = (short(28), short(30), short(32))
      guard offset + 46 + nameSize <= end else {
        throw UnreadableBytes(reason: "the archive's list of files is damaged")
      }
      let name = String(decoding: bytes[offset + 46..<offset + 46 + nameSize], as: UTF8.self)
      guard short(8) & 1 == 0 else { throw UnreadableBytes(reason: "\(name) is encrypted") }
      entries[name] = Entry(
        method: UInt16(short(10)), crc: UInt32(long(16)), compressedSize: long(20), size: long(24), offset: long(42))
      offset += 46 + nameSize + extraSize + commentSize
    }
  }

  var names: [String] { entries.keys.sorted() }

  /// A file's bytes; nil if there is none of that name.
  func file(_ name: String) throws(UnreadableBytes) -> [UInt8]? {
    guard let entry = entries[name] else { return nil }
    guard entry.offset + 30 <= bytes.count, bytes.word(at: entry.offset, as: UInt32.self) == 0x0403_4B50 else {
      throw UnreadableBytes(reason: "\(name) is not where the archive says")
    }
    // The names and further fields before the bytes; sizes are those of the list.
    let start =
      entry.offset + 30 + Int(bytes.word(at: entry.offset + 26, as: UInt16.self))
      + Int(bytes.word(at: entry.offset + 28, as: UInt16.self))
    guard start + entry.compressedSize <= bytes.count else { throw UnreadableBytes(reason: "\(name) is cut short") }
    let packed = bytes[start..<start + entry.compressedSize]
    let content: [UInt8]?
    switch entry.method {
    case 0: content = entry.size == packed.count ? Array(packed) : nil
    case 8:
      let isPossible = entry.size <= packed.count * 1_032 + 64
      content = isPossible ? packed.withUnsafeBytes { Deflate.inflateRaw($0, size: entry.size) } : nil
    default: throw UnreadableBytes(reason: "\(name) is packed in a way that is not read (method \(entry.method))")
    }
    guard let content, Deflate.crc32(content) == entry.crc else { throw UnreadableBytes(reason: "\(name) is damaged") }
    return content
  }

  /// Where the record at the archive's end begins, before which and a comment of at most 65,535 bytes all else lies.
  private static func endRecord(in bytes: [UInt8]) -> Int? {
    guard bytes.count >= 22 else { return nil }
    var place = bytes.count - 22
    while place >= max(0, bytes.count - 22 - 65_535) {
      if bytes[place] == 0x50, bytes.word(at: place, as: UInt32.self) == 0x0605_4B50 { return place }
      place -= 1
    }
    return nil
  }
}
