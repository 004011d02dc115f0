import Files
import Glibc
import TestSupport
import Testing

@testable import Parquet

/// Whatever the bytes, columns or one error come of them.
@Suite struct DamageTests {
  private static let limit = 1 << 24

  /// Reads all there is; false where something is refused.
  @discardableResult
  private static func reads(_ bytes: [UInt8]) -> Bool {
    do throws(ParquetError) {
      let file = try ParquetFile(bytes: bytes, memoryLimit: limit)
      for column in file.columns.indices where file.columns[column].refusal == nil {
        for group in 0..<file.rowGroupCount {
          let data = try file.read(rowGroup: group, column: column)
          #expect(data.count == file.rowCount(ofGroup: group))
          if case .strings(let strings) = data.values { #expect(strings.offsets.last == strings.bytes.count) }
          _ = data.numbers(file.columns[column].type)
          let kept = try file.read(rowGroup: group, column: column, keepingDictionary: true)
          if case .indexed = kept.values { #expect(kept.expanded == data) }
        }
      }
      return true
    } catch {
      #expect(!error.description.unicodeScalars.contains { $0.value < 32 })
      return false
    }
  }

  private static let recorded = RecordedFiles.all.files.keys.sorted().map { try! RecordedFiles.bytes($0) }
  private static let ours = ParquetOptions.examples.map {
    var options = $0
    options.hasChecksums = false
    return try! ParquetWriter.bytes(ExampleColumns.all(count: 90), options: options)
  }

  @Test(arguments: 0..<8) func `mutated files neither trap nor take much memory`(part: Int) {
    var fuzz = Fuzz(seed: UInt64(300 + part))
    for _ in 0..<Fuzz.rounds / 2 {
      var bytes = fuzz.below(2) == 0 ? fuzz.one(of: Self.recorded) : fuzz.one(of: Self.ours)
      let footer = bytes.count - 8 - Int(bytes.word(at: bytes.count - 8, as: UInt32.self))
      switch fuzz.below(4) {
      case 0: fuzz.change(&bytes)
      default:
        // The length of what is changed stays, so that more is read before something is refused.
        let range = fuzz.below(3) == 0 ? footer..<bytes.count : 4..<footer
        for _ in 0...fuzz.below(3) {
          bytes[range.lowerBound + fuzz.below(range.count)] = UInt8(fuzz.below(256))
        }
      }
      Self.reads(bytes)
    }
  }

  @Test func `every cut of a file is refused`() throws {
    let bytes = try RecordedFiles.bytes("flags_1")
    #expect(Self.reads(bytes))
    for length in bytes.indices { #expect(!Self.reads(Array(bytes.prefix(length)))) }
  }

  @Test func `a changed byte of a page does not pass its checksum`() throws {
    var options = ParquetOptions()
    options.compression = .none
    let columns = [
      (ColumnSchema("a", .int64), ColumnData(.int64s((0..<100).map { $0 * $0 * 1_000_003 * ($0 % 2 * 2 - 1) })))
    ]
    var bytes = try ParquetWriter.bytes(columns, options: options)
    #expect(Self.reads(bytes))
    bytes[400] ^= 1
    let error = #expect(throws: ParquetError.self) { try ParquetFile(bytes: bytes).read(column: 0) }
    #expect(error?.reason == .damaged("a page's checksum does not match"))
    options.hasChecksums = false
    bytes = try ParquetWriter.bytes(columns, options: options)
    bytes[400] ^= 1
    #expect(Self.reads(bytes))
  }

  @Test func `a chunk above the limit is refused before it is read`() throws {
    let text = String(repeating: "x", count: 60_000)
    let bytes = try ParquetWriter.bytes([
      (ColumnSchema("a", .string), ColumnData(.strings(ByteStrings((0..<1_000).map { _ in text }))))
    ])
    #expect(bytes.count < 5_000)
    let error = #expect(throws: ParquetError.self) {
      try ParquetFile(bytes: bytes, memoryLimit: 1 << 24).read(column: 0)
    }
    #expect(
      error?.description
        == "the Parquet data, column 'a': reading a column chunk needs 57 MiB of memory, and the limit is 16 MiB")
    #expect(try ParquetFile(bytes: bytes).read(column: 0).count == 1_000)
  }

  @Test func `other files are no Parquet files`() throws {
    #expect(throws: ParquetError(path: "", .notParquet)) { try ParquetFile(bytes: Array("name,size\na,1\nb,2\n".utf8)) }
    #expect(throws: ParquetError(path: "", .notParquet)) { try ParquetFile(bytes: []) }
    let error = #expect(throws: ParquetError.self) { try ParquetFile(path: "/nowhere/a.parquet") }
    #expect(error?.description == "could not read /nowhere/a.parquet: No such file or directory")
    #expect(error?.status == .failedWork)
    let folder = #expect(throws: ParquetError.self) { try ParquetFile(path: "/") }
    #expect(folder?.reason == .notParquet)
    let encrypted = Array("PAR1".utf8) + [0, 0, 0, 0, 4, 0, 0, 0] + Array("PARE".utf8)
    #expect(
      #expect(throws: ParquetError.self) { try ParquetFile(bytes: encrypted) }?.description
        == "the Parquet data: the file is encrypted, which is not supported")
  }

  @Test func `a disk that fails while a file is read is said`() throws {
    let path = RecordedFiles.path("flags_1")
    var system = SystemCalls()
    let real = system.read
    system.read = { descriptor, room, offset in
      // The mark and the metadata are read, the pages are not.
      offset == 4 ? -Int(EIO) : real(descriptor, room, offset)
    }
    let file = try ParquetFile(path: path, system: system)
    #expect(throws: ParquetError(path: path, column: "flag", .file(FileError(.read, path: path, code: EIO)))) {
      try file.read(column: 0)
    }
  }
}
