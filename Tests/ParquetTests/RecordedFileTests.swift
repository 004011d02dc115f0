import Foundation
import Testing

@testable import Parquet

/// Files that pyarrow wrote, and what it says is in them (Tests/Goldens/parquet_files.py).
struct RecordedFiles: Decodable {
  /// Table, column, rows.
  var tables: [String: [String: [String?]]]
  /// The table of each file.
  var files: [String: String]

  static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Goldens/recorded/parquet")
  static let all = try! JSONDecoder().decode(
    RecordedFiles.self, from: Data(contentsOf: folder.appending(path: "expected.json")))

  static func path(_ name: String) -> String { folder.appending(path: name + ".parquet").path }
  static func bytes(_ name: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(filePath: path(name)))) }
}

@Suite struct RecordedFileTests {
  @Test(arguments: RecordedFiles.all.files.keys.sorted().filter { !$0.hasPrefix("refused") })
  func `every value that pyarrow wrote is read`(name: String) throws {
    let file = try ParquetFile(path: RecordedFiles.path(name))
    let table = try #require(RecordedFiles.all.tables[RecordedFiles.all.files[name]!])
    for (index, column) in file.columns.enumerated() where column.refusal == nil {
      let expected = try #require(table[column.name])
      let data = try file.read(column: index)
      #expect(data.count == file.rowCount)
      #expect(data.count == expected.count)
      let wrong = expected.indices.filter { !data.matches(expected[$0], $0, column.type) }
      #expect(
        wrong.isEmpty, "\(column.name), of which row \(wrong.first ?? 0) is \(expected[wrong.first ?? 0] ?? "null")")
    }
  }

  @Test func `types are found again`() throws {
    let file = try ParquetFile(path: RecordedFiles.path("types_zstd_1"))
    let types = Dictionary(uniqueKeysWithValues: file.columns.map { ($0.name, $0.type) })
    #expect(types["flag"] == .boolean)
    #expect(types["int8"] == .integer(bits: 8, isSigned: true))
    #expect(types["uint64"] == .integer(bits: 64, isSigned: false))
    #expect(types["int64"] == .int64)
    #expect(types["half"] == .float16)
    #expect(types["text"] == .string)
    #expect(types["bytes"] == .bytes)
    #expect(types["five"] == ColumnType(.fixedLengthByteArray, length: 5))
    #expect(types["date"] == .date)
    #expect(types["time_ms"] == .time(.milliseconds, isUTC: false))
    #expect(types["time_ns"] == .time(.nanoseconds, isUTC: false))
    #expect(types["stamp_us"] == .timestamp(.microseconds, isUTC: false))
    #expect(types["utc_ns"] == .timestamp(.nanoseconds, isUTC: true))
    #expect(types["decimal9"]?.logical == .decimal(precision: 9, scale: 2))
    #expect(types["uuid"] == .uuid)
    #expect(types["json"]?.logical == .json)
    #expect(types["null"]?.logical == .null)
    #expect(file.columns.first { $0.name == "required" }?.isOptional == false)
    #expect(file.columns.first { $0.name == "text" }?.isOptional == true)
    #expect(file.createdBy?.hasPrefix("parquet-cpp-arrow") == true)
  }

  @Test func `metadata and statistics are read`() throws {
    let file = try ParquetFile(path: RecordedFiles.path("types_small_pages"))
    #expect(file.rowGroupCount == 2)
    #expect(file.rowCount(ofGroup: 0) == 20)
    let noted = try ParquetFile(path: RecordedFiles.path("no_rows"))
    #expect(noted.keyValues.contains(KeyValue("note", "ünïcode")) && noted.keyValues.contains(KeyValue("empty", "")))
    let expected = try #require(RecordedFiles.all.tables["types"]?["int32"])
    let index = try #require(file.columns.firstIndex { $0.name == "int32" })
    let statistics = try #require(file.statistics(rowGroup: 0, column: index))
    let numbers = expected.prefix(20).compactMap { $0.flatMap { Int32($0) } }
    #expect(statistics.minimum == withUnsafeBytes(of: numbers.min()!.littleEndian) { Array($0) })
    #expect(statistics.maximum == withUnsafeBytes(of: numbers.max()!.littleEndian) { Array($0) })
    #expect(statistics.nullCount == 20 - numbers.count)
    #expect(file.statistics(rowGroup: 0, column: try #require(file.columns.firstIndex { $0.name == "few" })) == nil)
  }

  @Test func `nested columns are refused by name, the others read`() throws {
    let file = try ParquetFile(path: RecordedFiles.path("nested"))
    #expect(file.columns.map(\.name) == ["before", "list", "after", "struct", "map", "last"])
    #expect(file.columns.map { $0.refusal == nil } == [true, false, true, false, false, true])
    let error = #expect(throws: ParquetError.self) { try file.read(rowGroup: 0, column: 3) }
    #expect(
      error?.description.hasSuffix(
        "nested.parquet', column 'struct': the column is nested (a list, a map or a struct), and only flat columns can be read"
      ) == true)
  }

  @Test(arguments: [("brotli", "Brotli"), ("lz4", "LZ4 (raw)")])
  func `other codecs are refused by name`(file: String, codec: String) throws {
    let file = try ParquetFile(path: RecordedFiles.path("refused_" + file))
    let error = #expect(throws: ParquetError.self) { try file.read(rowGroup: 0, column: 0) }
    #expect(
      error?.description.hasSuffix(
        "column 'number': it is compressed with \(codec), which is not supported: write it with Snappy, gzip or Zstandard"
      ) == true)
  }

  @Test func `values are converted`() throws {
    let file = try ParquetFile(path: RecordedFiles.path("types_zstd_2"))
    func column(_ name: String) throws -> (ColumnData, ColumnType) {
      let index = try #require(file.columns.firstIndex { $0.name == name })
      return (try file.read(column: index), file.columns[index].type)
    }
    let (big, unsigned) = try column("uint64")
    #expect(big.integers(unsigned) == nil)
    #expect(big.numbers(unsigned)?[1] == 0x1p64)
    let (small, byte) = try column("uint8")
    #expect(small.integers(byte)?[1] == 255)
    let (days, date) = try column("date")
    #expect(days.seconds(date)?[1] == -1_641_859_200.0)
    #expect(days.seconds(date)?[4].isNaN == true)
    let (stamps, stamp) = try column("stamp_ms")
    #expect(stamps.seconds(stamp)?[0] == -1e8)
    #expect(stamps.seconds(.int64) == nil)
    let (texts, _) = try column("text")
    #expect(try #require(texts.texts())[0...4] == ["row 0", "a", "row 2", "0123456789abcdef", nil])
    #expect(texts.numbers(.string) == nil)
    #expect(days.texts() == nil)
  }
}

extension ColumnData {
  /// Whether a row has the value that Python writes so.
  func matches(_ text: String?, _ row: Int, _ type: ColumnType) -> Bool {
    guard let text else { return isNull(row) }
    if isNull(row) { return false }
    if case .decimal = type.logical {
      guard let number = numbers(type)?[row], let expected = Double(text) else { return false }
      return abs(number - expected) <= abs(expected) * 1e-15
    }
    if type.logical == .float16 { return numbers(type)?[row].isSame(as: Double(text)) == true }
    func hex(_ bytes: some Sequence<UInt8>) -> String {
      bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
    switch values {
    case .booleans(let values): return values[row] == (text == "true")
    case .int32s(let values): return text == (type.isUnsigned ? "\(UInt32(bitPattern: values[row]))" : "\(values[row])")
    case .int64s(let values): return text == (type.isUnsigned ? "\(UInt64(bitPattern: values[row]))" : "\(values[row])")
    case .floats(let values): return Double(values[row]).isSame(as: Double(text))
    case .doubles(let values): return values[row].isSame(as: Double(text))
    case .strings(let strings): return text == (type.logical == nil ? hex(strings[row]) : strings.string(row))
    case .indexed: return expanded.matches(text, row, type)
    case .fixed(let bytes, let length): return text == hex(bytes[row * length..<(row + 1) * length])
    }
  }
}

extension Double {
  /// Zeros of different signs differ, NaNs do not.
  fileprivate func isSame(as other: Double?) -> Bool {
    guard let other else { return false }
    return isNaN && other.isNaN || self == other && sign == other.sign
  }
}
