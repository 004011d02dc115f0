import Foundation
import Testing

@testable import Parquet

/// Strings that are kept once, as a dictionary has them.
@Suite struct IndexedStringTests {
  /// Words in no order, of which "never" is in no row, and nulls.
  private static func column(_ count: Int, _ words: [String], holes: Bool) -> (indexed: ColumnData, plain: ColumnData) {
    let indices = (0..<count).map { UInt32(($0 * 7 + $0 / 5) % (words.count - 1)) + 1 }
    let validity = holes ? (0..<count).map { $0 % 5 != 3 } : nil
    let kept = indices.enumerated().map { validity?[$0] ?? true ? $1 : 0 }
    let indexed = ColumnData(.indexed(IndexedStrings(ByteStrings(words), indices: kept)), validity: validity)
    let own = indices.enumerated().map { validity?[$0] ?? true ? words[Int($1)] : "" }
    return (indexed, ColumnData(.strings(ByteStrings(own)), validity: validity))
  }

  private static let few = ["never", "zwei", "eins", "", "ünï", "eine lange Zeichenkette mit mehr als acht Bytes"]

  @Test(arguments: ParquetOptions.examples)
  func `indexed strings give the bytes that each row's own string gives`(options: ParquetOptions) throws {
    let many = ["never"] + (0..<9_000).map { "word \($0)" }
    for (words, count, holes) in [
      (Self.few, 1_650, true), (Self.few, 700, false), (many, 20_000, true), (many, 9_000, false),
    ] {
      let (indexed, plain) = Self.column(count, words, holes: holes)
      let schema = ColumnSchema("a", .string)
      #expect(indexed.expanded == plain)
      #expect(
        try ParquetWriter.bytes([(schema, indexed)], options: options)
          == ParquetWriter.bytes([(schema, plain)], options: options))
    }
  }

  @Test func `rows in parts, indexed and not, are those of the whole`() throws {
    let schema = ColumnSchema("a", .string)
    var options = ParquetOptions()
    options.rowsPerGroup = 500
    let (indexed, plain) = Self.column(1_650, Self.few, holes: true)
    let whole = try ParquetWriter.bytes([(schema, plain)], options: options)
    for step in [97, 500, 1_000] {
      let folder = FileManager.default.temporaryDirectory.appending(path: "indexed-\(UUID().uuidString)").path
      defer { try? FileManager.default.removeItem(atPath: folder) }
      let writer = try ParquetWriter(path: folder, columns: [schema], options: options)
      for (number, start) in stride(from: 0, to: 1_650, by: step).enumerated() {
        var part = ColumnData(emptyOf: .string)
        part.append(number % 3 == 1 ? plain : indexed, rows: start..<min(1_650, start + step))
        try writer.write([part])
      }
      try writer.finish()
      #expect([UInt8](try Data(contentsOf: URL(filePath: folder))) == whole)
    }
  }

  @Test func `a dictionary is handed on as it is in the file`() throws {
    let (indexed, plain) = Self.column(1_650, Self.few, holes: true)
    let file = try ParquetFile(bytes: try ParquetWriter.bytes([(ColumnSchema("a", .string), indexed)]))
    let read = try file.read(rowGroup: 0, column: 0, keepingDictionary: true)
    // In the order of their first row, and those only that a row has.
    let order = [1, 3, 5, 4, 2].map { Self.few[$0] }
    guard case .indexed(let strings) = read.values else {
      Issue.record("it is not indexed")
      return
    }
    #expect((0..<strings.strings.count).map(strings.strings.string) == order)
    #expect(read.expanded == plain)
    #expect(read.texts() == plain.texts())
  }

  @Test func `values that hardly repeat stay strings`() throws {
    let plain = ColumnData(.strings(ByteStrings((0..<20_000).map { "word \($0)" })))
    let file = try ParquetFile(bytes: try ParquetWriter.bytes([(ColumnSchema("a", .string), plain)]))
    #expect(try file.read(rowGroup: 0, column: 0, keepingDictionary: true) == plain)
  }

  @Test(arguments: RecordedFiles.all.files.keys.sorted().filter { !$0.hasPrefix("refused") })
  func `what others wrote is the same with its dictionary`(name: String) throws {
    let file = try ParquetFile(path: RecordedFiles.path(name))
    for (index, column) in file.columns.enumerated() where column.refusal == nil && column.type.physical == .byteArray {
      for group in 0..<file.rowGroupCount {
        let kept = try file.read(rowGroup: group, column: index, keepingDictionary: true)
        let plain = try file.read(rowGroup: group, column: index)
        #expect(kept.expanded == plain, "\(column.name)")
        #expect(kept.numbers(column.type)?.map(\.bitPattern) == plain.numbers(column.type)?.map(\.bitPattern))
      }
    }
  }

  @Test func `a chunk whose dictionary ends before its rows is read as strings`() throws {
    let file = try ParquetFile(path: RecordedFiles.path("fallback"))
    let texts = file.columns.indices.filter { file.columns[$0].type.physical == .byteArray }
    #expect(!texts.isEmpty)
    for index in texts {
      let read = try file.read(rowGroup: 0, column: index, keepingDictionary: true)
      #expect(read == (try file.read(rowGroup: 0, column: index)))
    }
  }

  @Test func `an index without a string traps`() async {
    await #expect(processExitsWith: .failure) { _ = IndexedStrings(ByteStrings(["a"]), indices: [1]) }
  }
}
