import Foundation
import Parquet
import Randomness

/// Files with every type and option, and their values as text, for peers to read.
struct ParquetExamples {
  private var random = CounterGenerator(SeedSequence(17))
  private let count = 5_000
  private var columns: [(ColumnSchema, ColumnData)] = []
  /// Column, rows; times are in nanoseconds.
  private var texts: [String: [String?]] = [:]

  /// Writes the files and `values.json`; returns how many files.
  static func write(to folder: String) throws -> Int {
    var examples = ParquetExamples()
    examples.make()
    let values = try JSONSerialization.data(
      withJSONObject: examples.texts.mapValues { $0.map { $0 as Any? ?? NSNull() } })
    try values.write(to: URL(fileURLWithPath: folder + "/values.json"))
    let all = options
    for (number, options) in all.enumerated() {
      let writer = try ParquetWriter(
        path: "\(folder)/\(number).parquet", columns: examples.columns.map(\.0), options: options)
      try writer.write(examples.columns.map(\.1))
      try writer.finish()
    }
    return all.count
  }

  private static var options: [ParquetOptions] {
    var all: [ParquetOptions] = []
    let codecs: [ParquetOptions.Compression] = [.none, .snappy, .gzip(level: 6), .zstd(level: 3)]
    for compression in codecs {
      for version in 1...2 {
        for (hasDictionaries, hasDifferences) in [(true, true), (false, true), (false, false)] {
          for isSmall in [false, true] {
            var options = ParquetOptions()
            options.compression = compression
            options.pageVersion = version
            options.hasDictionaries = hasDictionaries
            options.hasDifferences = hasDifferences
            options.hasChecksums = !isSmall
            options.keyValues = isSmall ? [KeyValue("note", "ünïcode")] : []
            if isSmall { (options.rowsPerGroup, options.rowsPerPage, options.bytesPerPage) = (1_999, 501, 2_000) }
            all.append(options)
          }
        }
      }
    }
    return all
  }

  private mutating func below(_ limit: Int) -> Int { Int(random.next() % UInt64(limit)) }

  /// A column whose rows are null one time in `holes`; without any where that is 0.
  private mutating func add<Value>(
    _ name: String, _ type: ColumnType, holes: Int, _ values: [Value], _ text: (Value) -> String,
    _ column: ([Value]) -> ColumnData.Values
  ) {
    let validity = holes == 0 ? nil : values.map { _ in below(holes) > 0 }
    columns.append((ColumnSchema(name, type, isOptional: holes > 0), ColumnData(column(values), validity: validity)))
    texts[name] = values.indices.map { validity?[$0] ?? true ? text(values[$0]) : nil }
  }

  private mutating func make() {
    let rows = 0..<count
    add("flag", .boolean, holes: 3, rows.map { $0 % 7 < 3 }, { "\($0)" }, { .booleans($0) })
    for bits in [8, 16, 32] {
      let values = rows.map { _ in Int32(truncatingIfNeeded: Int64(bitPattern: random.next()) >> Int64(64 - bits)) }
      add("int\(bits)", .integer(bits: bits, isSigned: true), holes: bits, values, { "\($0)" }, { .int32s($0) })
      let mask: UInt32 = bits == 32 ? .max : 1 << UInt32(bits) - 1
      let words = values.map { Int32(bitPattern: UInt32(bitPattern: $0) & mask) }
      add(
        "uint\(bits)", .integer(bits: bits, isSigned: false), holes: 0, words, { "\(UInt32(bitPattern: $0))" },
        { .int32s($0) })
    }
    let longs = rows.map { _ in Int64(bitPattern: random.next()) }
    add("int64", .int64, holes: 5, longs, { "\($0)" }, { .int64s($0) })
    add(
      "uint64", .integer(bits: 64, isSigned: false), holes: 6, longs, { "\(UInt64(bitPattern: $0))" }, { .int64s($0) })
    add("ascending", .int64, holes: 0, rows.map { Int64($0 * $0) - 9_999 }, { "\($0)" }, { .int64s($0) })
    add("runs", .int32, holes: 20, rows.map { Int32($0 / 300) }, { "\($0)" }, { .int32s($0) })
    let doubles = rows.map { $0 < 4 ? [0, -0.0, .infinity, 1e-300][$0] : Double(longs[$0]) / 3 }
    add("double", .double, holes: 4, doubles, { "\($0)" }, { .doubles($0) })
    add("float", .float, holes: 0, doubles.map { Float($0) }, { "\(Double($0))" }, { .floats($0) })
    add("date", .date, holes: 9, rows.map { Int32($0 * 11 - 20_000) }, { "\(Int64($0) * 86_400_000_000_000)" }) {
      .int32s($0)
    }
    for (unit, name) in [(TimeUnit.milliseconds, "ms"), (.microseconds, "us"), (.nanoseconds, "ns")] {
      let factor = 1_000_000_000 / unit.perSecond
      let values = rows.map { Int64($0) * 86_399 % (unit.perSecond * 86_400) }
      if unit == .milliseconds {
        add("time_ms", .time(unit, isUTC: false), holes: 4, values.map { Int32($0) }, { "\(Int64($0) * factor)" }) {
          .int32s($0)
        }
      } else {
        add("time_\(name)", .time(unit, isUTC: false), holes: 4, values, { "\($0 * factor)" }, { .int64s($0) })
      }
      let stamps = rows.map { (Int64($0) * 345_678 - 500_000_000) * unit.perSecond + Int64($0) }
      for isUTC in [false, true] {
        add(
          "stamp_\(name)_\(isUTC)", .timestamp(unit, isUTC: isUTC), holes: isUTC ? 5 : 0, stamps, { "\($0 * factor)" },
          { .int64s($0) })
      }
    }
    func decimal(_ value: Int64) -> String {
      let (whole, part) = (value.magnitude / 100, value.magnitude % 100)
      return "\(value < 0 ? "-" : "")\(whole).\(part < 10 ? "0" : "")\(part)"
    }
    let cents = rows.map { Int64($0 * 7_919 - 9_000_000) }
    add("decimal_int64", ColumnType(.int64, .decimal(precision: 18, scale: 2)), holes: 5, cents, decimal) {
      .int64s($0)
    }
    add(
      "decimal_fixed", ColumnType(.fixedLengthByteArray, .decimal(precision: 20, scale: 2), length: 9), holes: 5, cents,
      decimal
    ) { values in
      .fixed(values.flatMap { [UInt8($0 < 0 ? 255 : 0)] + withUnsafeBytes(of: $0.bigEndian) { Array($0) } }, length: 9)
    }
    let words = ["", "a", "Ürümqi", "0123456789abcdef", "0123456789abcdefg", "𝔘"]
    let drawn = rows.map { _ in words[below(6)] }
    add("words", .string, holes: 6, drawn, { $0 }, { .strings(ByteStrings($0)) })
    let unique = rows.map { "row \($0) " + String(repeating: "é", count: $0 % 97) }
    add("texts", .string, holes: 0, unique, { $0 }, { .strings(ByteStrings($0)) })
    add("json", ColumnType(.byteArray, .json), holes: 3, rows.map { "{\"i\":\($0 % 9)}" }, { $0 }) {
      .strings(ByteStrings($0))
    }
    func hex(_ bytes: [UInt8]) -> String { bytes.map { String(format: "%02x", $0) }.joined() }
    let bytes = rows.map { row in (0..<row % 6).map { UInt8(truncatingIfNeeded: row &* ($0 + 3)) } }
    add("bytes", .bytes, holes: 4, bytes, hex) { values in
      var strings = ByteStrings()
      for value in values { strings.append(value) }
      return .strings(strings)
    }
    let ids = rows.map { row in (0..<16).map { UInt8(truncatingIfNeeded: longs[row] >> Int64($0 * 3)) } }
    add("uuid", .uuid, holes: 7, ids, hex) { .fixed($0.flatMap { $0 }, length: 16) }
    add("nothing", .double, holes: 1, doubles, { "\($0)" }, { .doubles($0) })
  }
}
