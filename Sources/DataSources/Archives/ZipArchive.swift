import Files
import Formats
import Glibc

/// A ZIP archive on a disk: its files by name, stored or deflated, also beyond 4 GiB (PKWARE's APPNOTE 6.3).
final class ZipArchive {
  struct Entry {
    var method: Int
    var crc: UInt32
    var compressedSize: Int
    var size: Int
    /// Where the file's own header begins.
    var offset: Int
    var isEncrypted: Bool
  }

  let path: String
  private let file: OpenFile
  private let length: Int
  private var entries: [String: Entry] = [:]
  private static let mostEntries = 100_000
  private static let longestList = 1 << 26

  init(_ path: String) throws(DataSourceError) {
    self.path = path
    do throws(FileError) {
      file = try OpenFile(path, O_RDONLY, .read)
      length = try file.size()
    } catch {
      throw DataSourceError(error)
    }
    guard length >= 22, try read(0, 4) == [0x50, 0x4B, 0x03, 0x04] else {
      throw DataSourceError(location: path, "it is no ZIP archive")
    }
    let (count, listSize, listStart) = try list()
    guard count <= Self.mostEntries, listSize <= Self.longestList else {
      throw DataSourceError(location: path, "the archive has \(count) files, which is no document")
    }
    let bytes = try read(listStart, listSize)
    var at = 0
    for _ in 0..<count { at = try addEntry(bytes, at) }
  }

  var names: Dictionary<String, Entry>.Keys { entries.keys }

  func damaged(_ problem: String = "the archive's list of files is damaged") -> DataSourceError {
    DataSourceError(location: path, problem)
  }

  /// A file's bytes, read in order; nil if there is none of that name.
  func open(_ name: String) throws(DataSourceError) -> ZipEntryReader? {
    guard let entry = entries[name] else { return nil }
    guard !entry.isEncrypted else {
      throw DataSourceError(location: path, "it is protected by a password: save it without one")
    }
    guard entry.method == 0 || entry.method == 8 else {
      throw damaged("'\(name)' in it is packed in a way that is not read (method \(entry.method))")
    }
    let header = try read(entry.offset, 30)
    guard header.word(at: 0, as: UInt32.self) == 0x0403_4B50 else { throw damaged() }
    let start =
      entry.offset + 30 + Int(header.word(at: 26, as: UInt16.self)) + Int(header.word(at: 28, as: UInt16.self))
    guard entry.compressedSize <= length - start else { throw damaged("'\(name)' in it is cut off") }
    return ZipEntryReader(self, name: name, entry, start: start)
  }

  /// `count` bytes from a place on.
  func read(_ start: Int, _ count: Int) throws(DataSourceError) -> [UInt8] {
    guard start >= 0, count >= 0, start <= length, count <= length - start else {
      throw damaged("the archive is cut off or damaged")
    }
    let bytes: [UInt8]
    do throws(FileError) { bytes = try file.readAll(from: start, limit: count) } catch { throw DataSourceError(error) }
    guard bytes.count == count else { throw damaged("the archive is cut off or damaged") }
    return bytes
  }

  /// Where the list of files is, from the record at the end of the archive, before which and a comment of at most 65,535
  /// bytes all else lies.
  private func list() throws(DataSourceError) -> (count: Int, size: Int, start: Int) {
    let tailStart = max(0, length - 22 - 65_535)
    let tail = try read(tailStart, length - tailStart)
    guard
      let end = stride(from: tail.count - 22, through: 0, by: -1).first(where: {
        tail[$0] == 0x50 && tail.word(at: $0, as: UInt32.self) == 0x0605_4B50
      })
    else { throw damaged("the archive is cut off: its list of files is missing") }
    let count = Int(tail.word(at: end + 10, as: UInt16.self))
    let size = Int(tail.word(at: end + 12, as: UInt32.self))
    let start = Int(tail.word(at: end + 16, as: UInt32.self))
    guard count == 0xFFFF || size == 0xFFFF_FFFF || start == 0xFFFF_FFFF, end >= 20,
      tail.word(at: end - 20, as: UInt32.self) == 0x0706_4B50
    else { return (count, size, start) }
    // The record of archives beyond 4 GiB, found by the locator in front of the other.
    let record = try read(try number(tail.word(at: end - 12)), 56)
    guard record.word(at: 0, as: UInt32.self) == 0x0606_4B50 else { throw damaged() }
    return (try number(record.word(at: 32)), try number(record.word(at: 40)), try number(record.word(at: 48)))
  }

  private func number(_ word: UInt64) throws(DataSourceError) -> Int {
    guard let number = Int(exactly: word) else { throw damaged() }
    return number
  }

  /// Takes the entry at a place of the list; returns where the next begins.
  private func addEntry(_ bytes: [UInt8], _ at: Int) throws(DataSourceError) -> Int {
    guard at + 46 <= bytes.count, bytes.word(at: at, as: UInt32.self) == 0x0201_4B50 else { throw damaged() }
    func short(_ place: Int) -> Int { Int(bytes.word(at: at + place, as: UInt16.self)) }
    func long(_ place: Int) -> Int { Int(bytes.word(at: at + place, as: UInt32.self)) }
    let name = at + 46..<at + 46 + short(28)
    let extra = name.upperBound..<name.upperBound + short(30)
    guard extra.upperBound <= bytes.count else { throw damaged() }
    var entry = Entry(
      method: short(10), crc: UInt32(long(16)), compressedSize: long(20), size: long(24), offset: long(42),
      isEncrypted: short(8) & 1 != 0)
    if [entry.size, entry.compressedSize, entry.offset].contains(0xFFFF_FFFF) { try widen(&entry, bytes[extra]) }
    guard entry.offset <= length - 30 else { throw damaged() }
    entries[String(decoding: bytes[name], as: UTF8.self)] = entry
    return extra.upperBound + short(32)
  }

  /// Sizes of 64 bits stand in an extra field, those that do not fit the entry, in this order.
  private func widen(_ entry: inout Entry, _ extra: ArraySlice<UInt8>) throws(DataSourceError) {
    var rest = Array(extra)
    while rest.count >= 4 {
      let size = Int(rest.word(at: 2, as: UInt16.self))
      guard rest.count >= 4 + size else { throw damaged() }
      if rest.word(at: 0, as: UInt16.self) == 1 {
        var words = Array(rest[4..<4 + size])
        func next() throws(DataSourceError) -> Int {
          guard words.count >= 8 else { throw damaged() }
          defer { words.removeFirst(8) }
          return try number(words.word(at: 0))
        }
        if entry.size == 0xFFFF_FFFF { entry.size = try next() }
        if entry.compressedSize == 0xFFFF_FFFF { entry.compressedSize = try next() }
        if entry.offset == 0xFFFF_FFFF { entry.offset = try next() }
        return
      }
      rest.removeFirst(4 + size)
    }
    throw damaged()
  }
}
