import Files
import Glibc
import TestSupport
import Testing

@testable import Parquet

@Suite struct ParquetWriterTests {
  private static func size(_ data: ColumnData, _ type: ColumnType, _ change: (inout ParquetOptions) -> Void) throws
    -> Int
  {
    var options = ParquetOptions()
    options.compression = .none
    change(&options)
    return try ParquetWriter.bytes([(ColumnSchema("a", type), data)], options: options).count
  }

  @Test func `a dictionary is written where it pays`() throws {
    let few = ColumnData(.strings(ByteStrings((0..<20_000).map { "word \($0 * 7 % 13)" })))
    let many = ColumnData(.strings(ByteStrings((0..<20_000).map { "word \($0)" })))
    #expect(try Self.size(few, .string) { _ in } < 12_000)
    #expect(try Self.size(few, .string) { $0.hasDictionaries = false } > 200_000)
    #expect(try Self.size(many, .string) { _ in } == Self.size(many, .string) { $0.hasDictionaries = false })
  }

  @Test func `ascending numbers are written as differences`() throws {
    let steps = ColumnData(.int64s((0..<20_000).map { Int64($0) * 1_000 + Int64($0 % 7) }))
    let mixed = ColumnData(.int64s((0..<20_000).map { Int64(truncatingIfNeeded: $0 &* 0x9E37_79B9_7F4A_7C15) }))
    #expect(try Self.size(steps, .int64) { _ in } < 40_000)
    #expect(try Self.size(steps, .int64) { $0.hasDifferences = false } > 160_000)
    #expect(try Self.size(mixed, .int64) { _ in } == Self.size(mixed, .int64) { $0.hasDifferences = false })
  }

  @Test func `statistics have the range of values`() throws {
    func statistics(_ values: ColumnData.Values, _ type: ColumnType, _ validity: [Bool]? = nil) throws
      -> ColumnStatistics
    {
      let bytes = try ParquetWriter.bytes([(ColumnSchema("a", type), ColumnData(values, validity: validity))])
      return try #require(try ParquetFile(bytes: bytes).statistics(rowGroup: 0, column: 0))
    }
    func bytes<Word: FixedWidthInteger>(_ word: Word) -> [UInt8] {
      withUnsafeBytes(of: word.littleEndian) { Array($0) }
    }

    let numbers = try statistics(.int32s([5, -3, 100]), .int32, [true, true, false])
    #expect(numbers.minimum == bytes(Int32(-3)) && numbers.maximum == bytes(Int32(5)) && numbers.nullCount == 1)
    let unsigned = try statistics(.int64s([5, -3]), .integer(bits: 64, isSigned: false))
    #expect(unsigned.minimum == bytes(5) && unsigned.maximum == bytes(-3))
    let doubles = try statistics(.doubles([.nan, 0, 2]), .double)
    #expect(doubles.minimum == bytes((-0.0).bitPattern) && doubles.maximum == bytes((2.0).bitPattern))
    let infinite = try statistics(.doubles([.infinity, .nan]), .double)
    #expect(infinite.minimum == bytes(Double.infinity.bitPattern) && infinite.maximum == infinite.minimum)
    #expect(try statistics(.doubles([.nan]), .double).minimum == nil)
    #expect(try statistics(.int32s([0]), .int32, [false]).minimum == nil)

    let words = try statistics(.strings(ByteStrings(["b", "", "ba"])), .string)
    #expect(words.minimum == [] && words.maximum == Array("ba".utf8))
    #expect(words.isMinimumExact == true && words.isMaximumExact == true)
    let long = String(repeating: "ä", count: 40)
    let cut = try statistics(.strings(ByteStrings([long, "x" + long])), .string)
    #expect(cut.minimum == Array(("x" + String(repeating: "ä", count: 31)).utf8))
    #expect(cut.maximum == Array((String(repeating: "ä", count: 31) + "å").utf8))
    #expect(cut.isMinimumExact == false && cut.isMaximumExact == false)
    let highest = try statistics(
      .strings(ByteStrings(bytes: Array(repeating: 255, count: 90), offsets: [0, 90])), .bytes)
    #expect(highest.maximum == nil && highest.minimum?.count == 64)
  }

  @Test func `a full disk is a typed error, and the file is no file`() throws {
    let folder = TemporaryFolder()
    _ = try Folder.make(folder.path, system: SystemCalls())
    let path = folder.path + "/a.parquet"
    var system = SystemCalls()
    let real = system.write
    let room = 5_000
    system.write = { descriptor, bytes in
      let used = Int(lseek(descriptor, 0, SEEK_CUR))
      return used >= room ? -Int(ENOSPC) : real(descriptor, UnsafeRawBufferPointer(rebasing: bytes.prefix(room - used)))
    }
    let data = ColumnData(.doubles((0..<10_000).map { Double($0).squareRoot() }))
    let writer = try ParquetWriter(path: path, columns: [ColumnSchema("a", .double)], system: system)
    try writer.write([data])
    let full = ParquetError(path: path, .file(FileError(.write, path: path, code: ENOSPC)))
    #expect(throws: full) { try writer.finish() }
    #expect(throws: full) { try writer.write([data]) }
    #expect(throws: ParquetError.self) { try ParquetFile(path: path) }
  }

  @Test func `values that do not fit the schema are refused`() throws {
    func refusal(_ schema: ColumnSchema, _ data: ColumnData) -> String? {
      #expect(throws: ParquetError.self) { try ParquetWriter.bytes([(schema, data)]) }?.description
    }
    let start = "the Parquet data, column 'a': "
    #expect(
      refusal(ColumnSchema("a", .int32), ColumnData(.doubles([1]))) == start
        + "its values are not of the type of the column")
    #expect(
      refusal(ColumnSchema("a", .int32, isOptional: false), ColumnData(.int32s([1]), validity: [false]))
        == start + "it has nulls and must not")
    #expect(
      refusal(ColumnSchema("a", ColumnType(.double, .date)), ColumnData(.doubles([1])))
        == start + "a column of this type cannot be written")
    let two = [
      (ColumnSchema("a", .int32), ColumnData(.int32s([1]))), (ColumnSchema("b", .int32), ColumnData(.int32s([]))),
    ]
    let error = #expect(throws: ParquetError.self) { try ParquetWriter.bytes(two) }
    #expect(error?.description == "the Parquet data, column 'b': it has 0 rows, and the first column 1")
  }
}
