import Files
import Glibc
import TestSupport
import Testing

@testable import Parquet

/// What is written is read again.
@Suite struct RoundTripTests {
  private static let columns = ExampleColumns.all(count: 1_650)

  @Test(arguments: ParquetOptions.examples) func `every value comes back`(options: ParquetOptions) throws {
    let file = try ParquetFile(bytes: try ParquetWriter.bytes(Self.columns, options: options))
    #expect(file.columns.map(\.name) == Self.columns.map(\.0.name))
    #expect(file.columns.map(\.type) == Self.columns.map(\.0.type))
    #expect(file.columns.map(\.isOptional) == Self.columns.map(\.0.isOptional))
    #expect(file.rowGroupCount == (1_650 + options.rowsPerGroup - 1) / options.rowsPerGroup)
    #expect(file.createdBy == "rlrun")
    for (index, (schema, expected)) in Self.columns.enumerated() {
      let read = try file.read(column: index)
      #expect(read.values == expected.values, "\(schema.name)")
      #expect((0..<1_650).allSatisfy { read.isNull($0) == expected.isNull($0) }, "\(schema.name)")
      #expect(file.statistics(rowGroup: 0, column: index)?.nullCount != nil)
    }
  }

  @Test func `where rows are split does not show in the bytes`() throws {
    let folder = TemporaryFolder()
    _ = try Folder.make(folder.path, system: SystemCalls())
    var options = ParquetOptions.examples[5]
    options.keyValues = [KeyValue("note", "ünïcode"), KeyValue("none", nil)]
    let whole = try ParquetWriter.bytes(Self.columns, options: options)
    #expect(try ParquetWriter.bytes(Self.columns, options: options) == whole)
    for step in [1, 97, 699, 1_000] {
      let path = folder.path + "/\(step).parquet"
      let writer = try ParquetWriter(path: path, columns: Self.columns.map(\.0), options: options)
      for start in stride(from: 0, to: 1_650, by: step) {
        try writer.write(
          Self.columns.map { schema, data in
            var part = ColumnData(emptyOf: schema.type)
            part.append(data, rows: start..<min(1_650, start + step))
            return part
          })
      }
      try writer.finish()
      #expect(readBytes(path) == whole)
      #expect(try ParquetFile(path: path).keyValues == options.keyValues)
    }
  }

  @Test func `no rows and no columns make files, too`() throws {
    let empty = try ParquetFile(
      bytes: try ParquetWriter.bytes([(ColumnSchema("a", .double), ColumnData(.doubles([])))]))
    #expect(empty.rowCount == 0)
    #expect(try empty.read(column: 0) == ColumnData(.doubles([])))
    #expect(try ParquetFile(bytes: try ParquetWriter.bytes([])).columns.isEmpty)
  }

  @Test func `values at null rows are not written`() throws {
    var dirty = ColumnData(.strings(ByteStrings(["a", "hidden", "c"])), validity: [true, false, true])
    let schema = ColumnSchema("a", .string)
    let bytes = try ParquetWriter.bytes([(schema, dirty)])
    dirty.clearNulls()
    #expect(try ParquetFile(bytes: bytes).read(column: 0) == dirty)
    #expect(try ParquetWriter.bytes([(schema, dirty)]) == bytes)
  }
}
